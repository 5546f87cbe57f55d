"""Releases: numbered, frozen, different from one another in ways that can be read."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from annotation.models import Rater, Rating
from core.errors import DomainError
from gold.exports import as_csv, as_jsonl
from gold.management.commands.why import place_of
from gold.models import Release
from gold.services.candidates import approve_candidates, propose_settled, retire
from gold.services.releases import publish_release
from gold.verifying import verify_lines
from gold.why import why
from jobs.testing import run_pending_jobs
from tests import factories

pytestmark = pytest.mark.django_db
NOON = factories.NOON


@pytest.fixture
def study(project):
    named = {"helpful": {"name": {"en": "Helpful", "ja": "役に立つか"}}}
    version = factories.make_rubric_version(factories.make_rubric(project), criteria=named)
    return factories.make_study(project, version)


def admit(alice, dataset):
    propose_settled(actor=alice, dataset=dataset, study=None, now=NOON)
    uids = [one.uid for one in dataset.candidates.filter(state="waiting")]
    return approve_candidates(actor=alice, dataset=dataset, uids=uids, now=NOON)


@pytest.fixture
def first(alice, dataset, settled):
    settled()
    settled()
    admit(alice, dataset)
    return publish_release(actor=alice, dataset=dataset, now=NOON)


def test_the_first_release_is_number_1(first):
    assert (first.number, first.n_items, first.parent) == (1, 2, None)


def test_an_empty_dataset_publishes_nothing(alice, dataset):
    with pytest.raises(DomainError, match="holds no gold item"):
        publish_release(actor=alice, dataset=dataset, now=NOON)


def test_the_same_content_is_not_published_twice(alice, dataset, first):
    with pytest.raises(DomainError, match="Nothing changed since release 1"):
        publish_release(actor=alice, dataset=dataset, now=NOON)


def test_the_second_release_follows_the_first(alice, dataset, first, settled):
    settled()
    admit(alice, dataset)
    second = publish_release(actor=alice, dataset=dataset, now=NOON)
    assert (second.number, second.parent, second.n_items) == (2, first, 3)


@pytest.fixture
def release_page(client, alice):
    """Opens a release's page in a language."""
    client.force_login(alice)

    def opened(release, language):
        client.cookies["django_language"] = language
        return client.get(release.get_absolute_url()).content.decode()

    return opened


@pytest.mark.parametrize(("language", "name"), [("en", "Helpful"), ("ja", "役に立つか")])
def test_a_release_names_its_criteria_in_the_language_of_the_page(
    alice, dataset, settled, release_page, language, name
):
    criterion = settled().study.rubric_version.criteria.get(key="helpful")
    admit(alice, dataset)
    release = publish_release(actor=alice, dataset=dataset, now=NOON)
    (kept,) = release.agreement[0]["criteria"]
    assert kept["name"] == criterion.name
    assert f'<th scope="row">{name}' in release_page(release, language)


def strip(criterion):
    return {name: value for name, value in criterion.items() if name != "name"}


def test_a_release_that_kept_no_names_shows_the_keys(dataset, release_page, first):
    agreement = [
        {**study, "criteria": [strip(one) for one in study["criteria"]]}
        for study in first.agreement
    ]
    older = Release.objects.create(
        dataset=dataset, number=2, manifest_hash="2", n_items=0, agreement=agreement
    )
    assert '<th scope="row">helpful' in release_page(older, "ja")


def test_an_exported_release_proves_itself(first):
    assert verify_lines(as_jsonl(first)).manifest_hash == first.manifest_hash


def test_a_formula_is_no_formula_in_the_csv(alice, dataset, study, settled):
    item = settled()
    item.conversation.turns = [{"id": "u", "role": "user", "content": "=HYPERLINK(1)"}]
    item.conversation.save()
    admit(alice, dataset)
    release = publish_release(actor=alice, dataset=dataset, now=NOON)
    assert "'=HYPERLINK(1)" in b"".join(as_csv(release)).decode()


def test_why_tells_the_ratings_behind_a_label(first, dataset, capsys):
    call_command("why", str(dataset.gold_items.first().uid), "--format", "json")
    told = json.loads(capsys.readouterr().out)
    assert [one["value"] for one in told["labels"][0]["ratings"]] == ["4", "4"]


def test_why_tells_of_a_retired_item_when_and_for_what(alice, first, dataset, capsys):
    made = dataset.gold_items.first()
    call_command("why", str(made.uid))
    assert "retired" not in capsys.readouterr().out
    retire(actor=alice, gold_item=made, reason="Sold no more.", now=NOON)
    call_command("why", str(made.uid))
    assert f"  retired {NOON.isoformat()} because: Sold no more." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("target", "turn", "passage", "words"),
    [
        ("conversation", -1, -1, ""),
        ("turn", 1, -1, " turn 2"),
        ("passage", 1, 0, " turn 2, passage 1"),
        ("pair", 0, 2, " answers 1 and 3"),
        ("pair", -1, -1, ""),
    ],
)
def test_why_counts_from_1_as_the_pages_do(target, turn, passage, words):
    assert place_of({"target": target, "turn": turn, "passage": passage}) == words


def test_why_tells_raters_of_one_name_apart(first, dataset):
    behind = Rating.objects.filter(uid__in=dataset.gold_items.first().provenance["ratings"])
    one, other = behind.order_by("submitted_at")
    Rater.objects.filter(pk__in=[one.rater_id, other.rater_id]).update(display_name="Sato")
    for rating, comment in ((one, "Short."), (other, "Kind.")):
        Rating.objects.filter(pk=rating.pk).update(comment=comment)
    told = why(dataset.gold_items.first())
    assert sorted(told.comments) == [("Sato", "Kind."), ("Sato", "Short.")]
    ratings = told.as_data(with_names=False)["labels"][0]["ratings"]
    assert [said["rater"] for said in ratings] == ["Rater 1", "Rater 2"]


def test_the_command_writes_what_verify_accepts(first, dataset, tmp_path, capsys):
    path = tmp_path / "gold.jsonl"
    name = f"{dataset.project.team.slug}/{dataset.slug}"
    call_command("export_gold", name, "--to", "jsonl", "--out", str(path))
    call_command("verify_release", str(path))
    assert "every hash matches" in capsys.readouterr().out


def test_an_export_from_the_page_ends_in_a_download(client, alice, first):
    client.force_login(alice)
    answer = client.post(reverse("gold:export", args=[first.uid]), {"form": "jsonl"})
    (job,) = run_pending_jobs()
    assert answer.url == reverse("accounts:job", args=[job.uid])
    file = client.get(reverse("gold:download", args=[job.uid]))
    assert verify_lines(b"".join(file.streaming_content).splitlines()).n_items == 2
