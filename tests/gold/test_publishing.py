"""Publishing: what a release states is under its hash, and a rebuild gives the same bytes."""

import hashlib
from datetime import timedelta
from unittest.mock import patch
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError
from gold.exports import as_jsonl
from gold.models import GoldItem, Release
from gold.payload import hash_of
from gold.services import releases
from gold.verifying import verify_lines
from jobs.testing import run_pending_jobs
from tests.factories import NOON
from tests.gold.published import admit, exported, publish, reword

pytestmark = pytest.mark.django_db


@pytest.fixture
def gold(alice, dataset, settled):
    for _item in range(3):
        settled()
    return admit(alice, dataset)


def test_a_release_states_what_was_added_revised_and_retired(alice, dataset, settled, gold):
    first = publish(alice, dataset)
    assert first.changes == {
        "added": [str(one.uid) for one in gold], "revised": [], "retired": [],
    }  # fmt: skip
    reword(gold[0], "The rater slipped.", tags=["tax"], labels={})
    GoldItem.objects.filter(pk=gold[1].pk).update(retired_at=NOON, retired_reason="Old.")
    settled()
    (new,) = admit(alice, dataset)
    second = publish(alice, dataset)
    revised = {
        "uid": str(gold[0].uid), "reason": "The rater slipped.",
        "criteria": ["helpful"], "fields": ["tags"],
    }  # fmt: skip
    assert second.changes == {
        "added": [str(new.uid)],
        "revised": [revised],
        "retired": [{"uid": str(gold[1].uid), "reason": "Old."}],
    }
    assert second.datasheet["changes"] == {"added": 1, "revised": 1, "retired": 1}


def test_an_export_verifies_with_its_statement(alice, dataset, gold):
    release = publish(alice, dataset, note="“All” of it. <b>\u2028</b>")
    found = verify_lines(as_jsonl(release))
    assert found.manifest_hash == release.manifest_hash
    assert found.said["note"] == release.note


def test_a_release_of_the_first_version_still_verifies(dataset, gold):
    from gold.manifest import ManifestHash

    lines = [(str(one.uid), one.content_hash) for one in gold]
    sealed = ManifestHash().take(lines).sealed(number=1, parent="")
    old = Release.objects.create(dataset=dataset, number=1, manifest_hash=sealed, n_items=3)
    for position, one in enumerate(gold):
        old.items.create(
            position=position, gold_item=one, content_hash=one.content_hash, payload=one.payload
        )
    assert verify_lines(as_jsonl(old)).n_items == 3


def test_an_item_that_changes_meanwhile_is_not_published_as_it_was(alice, dataset, gold):
    gather, changed = releases.gather, []

    def and_change(*args):
        facts = gather(*args)
        if not changed:
            changed.append(reword(gold[0], tags=["late"]))
        return facts

    with patch.object(releases, "gather", and_change):
        release = publish(alice, dataset)
    assert release.items.get(position=0).payload["tags"] == ["late"]
    assert verify_lines(exported(release))


def test_a_dataset_that_never_rests_is_not_published(alice, dataset, gold):
    gather, turns = releases.gather, iter(range(9))

    def and_change(*args):
        facts = gather(*args)
        reword(gold[0], tags=[str(next(turns))])
        return facts

    with patch.object(releases, "gather", and_change), pytest.raises(DomainError, match="changed"):
        publish(alice, dataset)
    assert not Release.objects.exists()


def test_a_large_release_is_work_in_the_background(client, alice, dataset, gold, monkeypatch):
    monkeypatch.setattr(releases, "AT_ONCE", 2)
    client.force_login(alice)
    answer = client.post(reverse("gold:publish", args=[dataset.uid]), {"note": "Large."})
    (job,) = run_pending_jobs()
    assert answer.url == reverse("accounts:job", args=[job.uid])
    release = Release.objects.get()
    assert (release.note, job.result, job.done) == ("Large.", {"release": str(release.uid)}, 3)
    assert release.get_absolute_url() in client.get(answer.url).content.decode()


def test_an_attempt_after_the_commit_finds_the_release(alice, dataset, gold):
    from gold.tasks import run_publish
    from jobs.ledger import Handle, claim

    releases.request_release(actor=alice, dataset=dataset, note="")
    handle = Handle(claim())
    found = [run_publish(handle, **handle.job.args) for _attempt in range(2)]
    assert found[0] == found[1]
    assert Release.objects.count() == 1


GOLDEN = "929ad923fc1245081d21b37b46cfd5854ee942fc5f7e229dc0daf961485cbd47"


def test_a_rebuild_gives_the_same_bytes_on_any_day_and_any_database(alice, dataset, gold):
    for number, one in enumerate(gold):
        one.uid = UUID(int=number + 1)
        one.payload = {
            "schema": "touchstone-gold/2",
            "conversation": {
                "id": f"c-{number}", "language": "ja", "variant": None,
                "turns": [{"role": "user", "content": "荷物が\u2028届きません。=1+1"}],
            },
            "labels": {"helpful": {"value": 3.5, "source": "consensus", "n": 2}},
            "rubric": {"uid": str(UUID(int=9)), "slug": "good", "version": 1},
            "zz": 0.0, "a": 1e-7, "Ａ": 12345678901234567890, "inclusion_probability": 0.1,
        }  # fmt: skip
        one.content_hash = hash_of(one.payload)
        one.provenance = {"study": str(UUID(int=0)), "ratings": []}
        one.save()
    with patch.object(releases, "coverage_of", lambda *_args, **_options: {}):
        release = publish(alice, dataset)
    first = b"".join(as_jsonl(release))
    with patch.object(timezone, "now", lambda: NOON + timedelta(days=400)):
        assert b"".join(as_jsonl(Release.objects.get())) == first
    assert hashlib.sha256(first).hexdigest() == GOLDEN
