"""Gold of a customer who asked to be forgotten: a tombstone, and a release without it."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import reverse

from gold.exports import as_csv, as_jsonl
from gold.models import GoldItem, OutputFile, Release
from gold.provenance import verify_chain
from gold.services.candidates import approve_candidates, propose_settled
from gold.services.erasing import forget_conversations, forget_outputs
from gold.services.releases import publish_release
from gold.verifying import verify_lines
from jobs.testing import run_pending_jobs
from surveys.services.folding import fold_batch
from surveys.services.forgetting import forget_subject
from surveys.services.giving import give_feedback
from surveys.services.kept import kept_of
from tests import factories
from tests.gold.brought import bring

pytestmark = pytest.mark.django_db
NOON = factories.NOON


@pytest.fixture
def published(alice, dataset, settled):
    """A published release of two, and a conversation in it whose customer gave feedback."""
    settled()
    settled()
    propose_settled(actor=alice, dataset=dataset, study=None, now=NOON)
    uids = [one.uid for one in dataset.candidates.all()]
    approve_candidates(actor=alice, dataset=dataset, uids=uids, now=NOON)
    release = publish_release(actor=alice, dataset=dataset, now=NOON)
    conversation = dataset.gold_items.order_by("pk").first().candidate.item.conversation
    said = {"conversation": conversation.external_id, "subject": "u-1", "kind": "thumb",
            "value": "down"}  # fmt: skip
    give_feedback(project=dataset.project, said=said, now=NOON)
    while fold_batch():
        pass
    return release, conversation


@pytest.fixture
def erased(alice, dataset, published):
    """The same after the customer was forgotten."""
    release, conversation = published
    words = conversation.turns[0]["content"]
    forget_subject(
        actor=alice, project=dataset.project, key="s:u-1", now=NOON + timedelta(days=1),
        conversations=True,
    )  # fmt: skip
    return release, conversation, words


def test_what_is_kept_of_a_subject_names_their_words_and_the_gold_made_of_them(published):
    release, conversation = published
    kept = kept_of(release.dataset.project, "s:u-1")
    assert [(one["id"], one["turns"]) for one in kept["conversations"]] == [
        (conversation.external_id, conversation.turns)
    ]
    gold = GoldItem.objects.get(candidate__item__conversation=conversation)
    assert kept["gold"] == [
        {"uid": str(gold.uid), "dataset": release.dataset.slug, "releases": [release.number]}
    ]


def test_the_words_are_gone_everywhere_and_the_hash_stands(erased):
    release, conversation, words = erased
    line = release.items.select_related("gold_item").order_by("position").first()
    assert words not in json.dumps(line.payload, ensure_ascii=False)
    assert line.payload["erased_at"]
    assert line.content_hash == line.gold_item.content_hash
    assert words not in json.dumps(line.gold_item.payload, ensure_ascii=False)
    assert {len(step["data"]) for step in line.gold_item.provenance["steps"]} == {0}
    assert verify_chain(line.gold_item.provenance) is None
    conversation.refresh_from_db()
    assert words not in json.dumps(conversation.turns, ensure_ascii=False)
    assert len(conversation.turns) == conversation.n_turns


def test_a_release_without_it_follows(erased):
    release, conversation, _words = erased
    new = Release.objects.get(dataset=release.dataset, number=2)
    assert new.n_items == 1
    assert new.parent == release
    assert not new.items.filter(gold_item__candidate__item__conversation=conversation).exists()


def test_a_rebuild_of_the_old_release_says_that_something_was_erased(erased, tmp_path, capsys):
    release, _conversation, _words = erased
    lines = list(as_jsonl(release))
    assert verify_lines(lines).n_erased == 1
    path = tmp_path / "release.jsonl"
    path.write_bytes(b"".join(lines))
    call_command("verify_release", path)
    assert "Of 1 only the hash is left" in capsys.readouterr().out
    assert len(list(as_csv(release))) == 3


def test_the_pages_of_the_tombstone_open(client, alice, erased):
    release, _conversation, _words = erased
    client.force_login(alice)
    new = Release.objects.get(dataset=release.dataset, number=2)
    gold_item = release.items.order_by("position").first().gold_item
    for name, uid in (("release", release.uid), ("release", new.uid), ("item", gold_item.uid)):
        assert client.get(reverse(f"gold:{name}", args=[uid])).status_code == 200


def test_why_tells_of_an_erased_item_that_it_was_erased_and_nothing_else(
    client, alice, erased, capsys
):
    gold_item = GoldItem.objects.get(payload__has_key="erased_at")
    call_command("why", str(gold_item.uid))
    told = capsys.readouterr().out
    assert "on request: of what it said the hash is left" in told
    assert "every step stands in its place" in told
    client.force_login(alice)
    page = client.get(gold_item.get_absolute_url()).content.decode()
    assert "erased on request</span>" in page
    for words in (told, page):
        assert "consensus" not in words
        assert "helpful" not in words
    assert "what the rows say today" not in page


def test_the_lists_say_that_it_was_erased(client, alice, erased):
    release, _conversation, _words = erased
    client.force_login(alice)
    new = Release.objects.get(dataset=release.dataset, number=2)
    gold_item = release.items.order_by("position").first().gold_item
    bring(release, [True, True])
    pages = [
        reverse("gold:release", args=[release.uid]),
        reverse("gold:diff", args=[new.uid]) + "?kind=retired",
        reverse("gold:run", args=[release.runs.get().uid]),
        reverse("gold:items", args=[release.dataset.uid]) + "?state=retired",
    ]
    for page in pages:
        shown = client.get(page).content.decode()
        assert ">erased on request</a>" in shown, page
        assert f">{gold_item.uid}</a>" not in shown, page


def test_no_file_that_an_export_wrote_offers_the_words(
    alice, client, golden, settings, tmp_path, django_capture_on_commit_callbacks
):
    """Not the one that is there, nor the one that is being written."""
    settings.MEDIA_ROOT = tmp_path
    item = golden()
    dataset = item.dataset
    release = publish_release(actor=alice, dataset=dataset, now=NOON)
    client.force_login(alice)
    client.post(reverse("gold:export", args=[release.uid]), {"form": "jsonl"})
    [job] = [one for one in run_pending_jobs() if one.runner == "gold.tasks.run_export"]
    half = tmp_path / "exports" / f"{job.uid}.part"
    half.write_bytes(b"half of it")
    other = tmp_path / "exports" / f"{uuid4()}.jsonl"
    other.write_bytes(b"of another release")
    file = client.get(reverse("gold:download", args=[job.uid]))
    assert b"".join(file.streaming_content)
    conversation = item.candidate.item.conversation
    with django_capture_on_commit_callbacks(execute=True):
        forget_conversations(
            actor=alice, project=dataset.project, conversations=[conversation.pk], now=NOON
        )  # fmt: skip
    assert client.get(reverse("gold:download", args=[job.uid])).status_code == 404
    assert list((tmp_path / "exports").iterdir()) == [other]


def test_the_page_of_a_file_of_outputs_shows_none_of_them(alice, golden):
    item, kept = golden(), golden()
    release = publish_release(actor=alice, dataset=item.dataset, now=NOON)
    first = [
        {"gold": str(one.uid), "output": f"To {one.pk}", "passed": True} for one in (item, kept)
    ]
    file = OutputFile.objects.create(
        release=release, variant="v1", rule={"kind": "given"}, file_name="a.jsonl",
        found={"outputs": 2, "first": first}, created_by=alice,
    )  # fmt: skip
    conversation = item.candidate.item.conversation_id
    forget_outputs(
        actor=alice, project=item.dataset.project, conversations=[conversation], now=NOON
    )
    file.refresh_from_db()
    assert file.found == {"outputs": 2, "first": first[1:]}
