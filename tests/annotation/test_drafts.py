import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from annotation.models import Assignment, AssignmentDraft
from annotation.services.drafting import save_draft
from tests.annotation.rating_helpers import NOW, claim, rater_in, study_of, submit


@pytest.fixture
def assignment(project, bob) -> Assignment:
    return claim(rater_in(study_of(project), bob))


def save(assignment, version, chosen="4", now=NOW):
    return save_draft(
        assignment=assignment,
        answers={"helpful": {"chosen": chosen}},
        comment="",
        flagged=False,
        version=version,
        now=now,
    )


def test_a_draft_is_kept_away_from_the_hot_row(assignment):
    assert save(assignment, 1)
    assert AssignmentDraft.objects.get().answers == {"helpful": {"chosen": "4"}}


def test_an_older_save_never_replaces_a_newer_one(assignment):
    save(assignment, 2, "4")
    assert not save(assignment, 1, "1")
    assert AssignmentDraft.objects.get().answers == {"helpful": {"chosen": "4"}}


def test_a_save_prolongs_the_lease(assignment):
    later = NOW + timedelta(minutes=20)
    save(assignment, 1, now=later)
    assignment.refresh_from_db()
    assert assignment.lease_until == later + timedelta(minutes=30)


def test_a_submit_ends_the_draft(assignment):
    save(assignment, 1)
    submit(assignment, {"helpful": "4"})
    assert not AssignmentDraft.objects.exists()


def post(client, assignment, **fields):
    return client.post(reverse("annotation:draft", args=[assignment.uid]), {
        "client_key": "0198c0de-0000-7000-8000-000000000001", "version": "1", **fields
    })  # fmt: skip


def test_the_page_hears_when_it_was_saved(assignment, bob, signed_in):
    answer = post(signed_in(bob), assignment, **{"q.helpful": "4"})
    assert answer.status_code == 200
    assert set(answer.json()) == {"saved"}


def test_a_draft_may_be_incomplete_and_still_wrong(assignment, bob, signed_in):
    assert post(signed_in(bob), assignment, **{"q.helpful": "17"}).status_code == 200


def test_a_question_that_is_not_asked_is_refused(assignment, bob, signed_in):
    answer = post(signed_in(bob), assignment, **{"q.kind": "4"})
    assert answer.status_code == 422
    assert "q.kind" in answer.json()["message"]


def test_a_draft_that_no_database_stores_is_refused_in_words(assignment, bob, signed_in):
    answer = post(signed_in(bob), assignment, **{"q.helpful": "4\0"})
    assert answer.status_code == 422
    assert "cannot be stored" in answer.json()["message"]
    assert not AssignmentDraft.objects.exists()


def test_a_stale_draft_is_told_so(assignment, bob, signed_in):
    client = signed_in(bob)
    post(client, assignment, version="5")
    assert post(client, assignment, version="4").status_code == 409


def test_a_draft_that_its_own_submit_overtook_is_in_that_submit(assignment, bob, signed_in):
    key = uuid.uuid4()
    submit(assignment, {"helpful": "4"}, client_key=key)
    answer = post(signed_in(bob), assignment, client_key=str(key), **{"q.helpful": "4"})
    assert (answer.status_code, set(answer.json())) == (200, {"saved"})


def test_a_draft_after_a_submit_of_another_tab_is_not_said_to_be_saved(assignment, bob, signed_in):
    submit(assignment, {"helpful": "4"})
    answer = post(signed_in(bob), assignment, **{"q.helpful": "1"})
    assert answer.status_code == 409
    assert "rated this item already" in answer.json()["message"]
    assert not AssignmentDraft.objects.exists()


def test_nobody_else_can_write_it(assignment, alice, charlie, signed_in):
    assert {post(signed_in(one), assignment).status_code for one in (alice, charlie)} == {404}
