import pytest
from django.urls import reverse

from annotation.models import Assignment, Item, Layer
from annotation.services.drafting import skip_item
from annotation.services.judging import Kept
from annotation.services.setting_aside import aside_of
from core.errors import DomainError
from tests.annotation.rating_helpers import NOW, claim, rater_in, study_of, submit


def test_a_skipped_item_gives_its_slot_back_with_the_reason(project, bob):
    assignment = claim(rater_in(study_of(project), bob))
    skip_item(actor=bob, assignment=assignment, reason="distressing", now=NOW)
    assignment.refresh_from_db()
    assert (assignment.state, assignment.skip_reason) == ("skipped", "distressing")
    assert Item.objects.get().slots_open == 2


def test_skipping_twice_gives_back_one_slot(project, bob):
    assignment = claim(rater_in(study_of(project), bob))
    for _press in range(2):
        skip_item(actor=bob, assignment=assignment, reason="distressing", now=NOW)
    assert Item.objects.get().slots_open == 2


def test_what_was_submitted_cannot_be_skipped(project, bob):
    assignment = claim(rater_in(study_of(project), bob))
    submit(assignment, {"helpful": "4"})
    with pytest.raises(DomainError, match="submitted"):
        skip_item(actor=bob, assignment=assignment, reason="distressing", now=NOW)


def test_a_skip_without_a_reason_is_refused_and_changes_nothing(project, bob, signed_in):
    assignment = claim(rater_in(study_of(project), bob))
    answer = signed_in(bob).post(reverse("annotation:skip", args=[assignment.uid]), {"reason": " "})
    assert answer.status_code == 422
    assert Assignment.objects.get().state == "leased"


def test_what_is_sent_in_after_a_skip_was_not_set_aside(project, bob):
    """From another tab, or a device that had no network: nobody set it aside for the reason."""
    study = study_of(project, overlap=1)
    chair = rater_in(study, bob)
    skipped = claim(chair)
    skip_item(actor=bob, assignment=skipped, reason="distressing", now=NOW)
    submit(claim(rater_in(study)), {"helpful": "4"})
    late = submit(skipped, {"helpful": "2"})
    assert (late.kept, late.rating.layer) == (Kept.BEYOND, Layer.EXTRA)
    assert not aside_of(chair).exists()
