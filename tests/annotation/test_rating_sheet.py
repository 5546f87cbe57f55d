"""A fresh item's page comes from a sheet; it must be what its template would have rendered."""

import re
import uuid

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from annotation import rating_sheet
from annotation.models import AssignmentDraft
from annotation.rating_desk import desk_for
from annotation.rating_page import Desk, Filled
from annotation.rating_sheet import MOST, fresh_page, has_sheet
from annotation.selectors import in_hand
from tests import factories
from tests.annotation.rating_helpers import claim, rater_in, study_of

TOKEN = "t" * 64
HOSTILE = '<img src=x onerror="alert(1)"> & {{ csrf_token }}'


@pytest.fixture(autouse=True)
def no_sheets():
    rating_sheet._sheets.clear()


def next_desk(study_rater) -> Desk:
    assignment = in_hand(claim(study_rater), study_rater)
    return desk_for(assignment, study_rater, Filled())


def rendered(desk: Desk) -> str:
    return render_to_string(
        "annotation/_rate_item.html",
        {"desk": desk, "study": desk.study, "csrf_token": TOKEN, "is_part": True},
    )


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_is_what_the_template_renders_at_the_first_item_and_at_later_ones(project, language):
    study = study_of(project, items=3, criteria={"helpful": {}, "polite": {}})
    study_rater = rater_in(study)
    with translation.override(language):
        for n_submitted in (0, 1, 2):
            study_rater.n_submitted = n_submitted
            desk = next_desk(study_rater)
            assert fresh_page(desk, TOKEN) == rendered(desk)
    assert len(rating_sheet._sheets) == 2  # without and with something to take back


def test_two_raters_of_one_sheet_see_nothing_of_each_other(project):
    study = study_of(project, items=2)
    desks = [next_desk(rater_in(study)) for _number in range(2)]
    pages = [fresh_page(desk, letter * 64) for desk, letter in zip(desks, "xy", strict=True)]
    for page, desk, other, letter in zip(pages, desks, desks[::-1], "yx", strict=True):
        assert str(desk.assignment.uid) in page
        assert str(desk.filled.client_key) in page
        assert str(other.assignment.uid) not in page
        assert letter * 64 not in page
        assert not rating_sheet.STAND_INS.search(page)


def test_what_people_wrote_stays_text(project):
    study = study_of(project, items=0)
    turns = [{"role": role, "content": HOSTILE} for role in ("user", "assistant")]
    factories.make_item(study, factories.make_conversation(project, turns=turns))
    page = fresh_page(next_desk(rater_in(study)), TOKEN)
    assert "<img" not in page
    assert page.count("{{ csrf_token }}") == 2


@pytest.mark.parametrize("kind", ["draft", "guidance", "unpublished", "turns"])
def test_whatever_is_the_items_own_is_rendered(project, kind):
    study = study_of(project)
    desk = next_desk(rater_in(study))
    assert has_sheet(desk)
    assignment = desk.assignment
    match kind:
        case "draft":
            assignment.draft = AssignmentDraft(assignment=assignment)
        case "guidance":
            assignment.item.conversation.guidance = {"points": ["Names the price"]}
        case "unpublished":
            assignment.item.study.rubric_version.state = "draft"
        case "turns":
            desk.layout = "turns"
    assert not has_sheet(desk)


def test_a_process_keeps_so_many_sheets_and_no_more(project):
    desk = next_desk(rater_in(study_of(project)))
    for seed in range(MOST + 5):
        desk.assignment.display = {"criteria": "random", "seed": seed}
        fresh_page(desk, TOKEN)
    assert len(rating_sheet._sheets) == MOST


def test_a_message_to_the_rater_is_shown_above_the_item(project, client):
    study = study_of(project, items=2)
    study_rater = rater_in(study)
    client.force_login(study_rater.rater.user)
    assignment = claim(study_rater)
    answer = client.post(
        reverse("annotation:skip", args=[assignment.uid]),
        {"reason": "It is empty", "client_key": uuid.uuid4()},
        headers={"HX-Request": "true"},
    )
    assert re.search("Your reason is noted", answer.content.decode())
