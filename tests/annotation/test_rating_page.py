"""The rater's doors: what they show, what they refuse, and what must never stand in them."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Invitation, Role
from annotation import selectors
from annotation.models import Assignment, Rating, Score, Study, StudyRater
from core import registry
from tests import factories
from tests.annotation.rating_helpers import NOW, claim, counted, rater_in, study_of, submit

TELLTALE = {
    "external id": "telltale-external",
    "group": "telltale-group",
    "metadata": "telltale-metadata",
    "system turn": "telltale-system",
    "turn id": "telltale-turn",
    "name of the speaker": "telltale-speaker",
    "passage id": "telltale-passage",
    "passage title": "telltale-title",
    "passage source": "telltale-source",
    "passage score": "0.77123",
    "reference": "telltale-reference",
    "variant": "telltale-variant",
    "another rater": "telltale-rater",
    "another rater's comment": "telltale-comment",
}


def telling_conversation(project):
    return factories.make_conversation(
        project,
        TELLTALE["external id"],
        [
            {"id": "s", "role": "system", "content": TELLTALE["system turn"]},
            {"id": TELLTALE["turn id"], "role": "user", "content": "Where is my parcel?"},
            {
                "id": "a",
                "role": "assistant",
                "name": TELLTALE["name of the speaker"],
                "content": "On its way.",
                "at": "2026-01-01",
                "passages": [
                    {
                        "id": TELLTALE["passage id"],
                        "title": TELLTALE["passage title"],
                        "text": "Parcels take two days.",
                        "source": TELLTALE["passage source"],
                        "score": 0.77123,
                    }
                ],
            },
        ],
        group_key=TELLTALE["group"],
        metadata={"model": TELLTALE["metadata"]},
        reference=TELLTALE["reference"],
        variant=factories.make_variant(project, TELLTALE["variant"]),
    )


@pytest.mark.parametrize("target", ["conversation", "turn", "passage", "pair"])
def test_nothing_that_would_unblind_stands_in_the_page(project, bob, signed_in, target):
    points = factories.points("a", "b", "tie", "both_bad")
    pair = {"kind": "nominal", "level": "nominal", "points": points}
    criteria = {"helpful": {"target": target, **(pair if target == "pair" else {})}}
    study = study_of(project, items=0, criteria=criteria)
    other = factories.make_conversation(project) if target == "pair" else None
    item = factories.make_item(study, telling_conversation(project), conversation_b=other)
    factories.make_rating(
        item,
        factories.make_rater(project, display_name=TELLTALE["another rater"]),
        comment=TELLTALE["another rater's comment"],
    )
    rater_in(study, bob)
    page = signed_in(bob).get(reverse("annotation:rate", args=[study.uid])).content.decode()
    assert "On its way." in page
    assert [what for what, word in TELLTALE.items() if word in page] == []


def test_a_study_may_show_system_turns_and_sources(project, bob, signed_in):
    study = study_of(project, items=0, blinding={"show_system": True, "show_passage_source": True})
    factories.make_item(study, telling_conversation(project))
    rater_in(study, bob)
    page = signed_in(bob).get(reverse("annotation:rate", args=[study.uid])).content.decode()
    assert TELLTALE["system turn"] in page
    assert TELLTALE["passage source"] in page


def test_excluded_turns_are_not_asked(project, bob, signed_in):
    study = study_of(project, criteria={"ok": {"target": "turn"}}, excluded_turns=[1])
    rater_in(study, bob)
    page = signed_in(bob).get(reverse("annotation:rate", args=[study.uid])).content.decode()
    assert "q.ok" not in page


@pytest.fixture
def desk(project, bob, signed_in):
    """Bob's client, and the assignment he holds."""
    assignment = claim(rater_in(study_of(project, items=2), bob))
    return signed_in(bob), assignment


def send(client, assignment, htmx=False, **answers):
    form = {"client_key": str(uuid.uuid4())} | {f"q.{key}": said for key, said in answers.items()}
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(reverse("annotation:submit", args=[assignment.uid]), form, headers=headers)


def test_without_script_a_submit_leads_to_the_next_item(desk):
    client, assignment = desk
    answer = send(client, assignment, helpful="4")
    assert answer.url == reverse("annotation:rate", args=[assignment.item.study.uid])
    assert Score.objects.get().value == 3


def test_with_htmx_the_answer_is_the_next_item(desk):
    client, assignment = desk
    answer = send(client, assignment, htmx=True, helpful="4")
    following = Assignment.objects.get(state="leased")
    assert reverse("annotation:submit", args=[following.uid]) in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_missing_answer_is_refused_and_nothing_is_lost(desk):
    client, assignment = desk
    answer = client.post(
        reverse("annotation:submit", args=[assignment.uid]),
        {"client_key": str(uuid.uuid4()), "comment": "Nearly done"},
    )
    assert answer.status_code == 422
    assert "Nearly done" in answer.content.decode()
    assert "has no answer" in answer.content.decode()
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("q.helpful", "17"), ("q.helpful", "<script>"), ("q.other", "1"), ("x", "1")],
)
def test_what_is_not_asked_or_not_on_the_scale_is_refused(desk, field, value):
    client, assignment = desk
    form = {"client_key": str(uuid.uuid4()), "q.helpful": "4", field: value}
    answer = client.post(reverse("annotation:submit", args=[assignment.uid]), form)
    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode()
    assert not Rating.objects.exists()


def test_what_a_condition_hides_is_not_stored(project, bob, signed_in):
    criteria = {"helpful": {}, "why": {"show_if": "helpful < 3"}}
    assignment = claim(rater_in(study_of(project, criteria=criteria), bob))
    send(signed_in(bob), assignment, helpful="5", why="2")
    assert Score.objects.get().criterion.key == "helpful"


def test_a_whole_submit_with_its_next_item_stays_lean(desk):
    client, assignment = desk
    with CaptureQueriesContext(connection) as queries:
        send(client, assignment, htmx=True, helpful="4")
    assert counted(queries) <= SUBMIT + CLAIM + DOORS, [q["sql"][:80] for q in queries]


SUBMIT, CLAIM, DOORS = 10, 6, 2  # the doors: person, assignment


def test_looking_again_costs_no_claim(desk):
    client, assignment = desk
    client.get(reverse("annotation:rate", args=[assignment.item.study.uid]))
    assert Assignment.objects.count() == 1


def test_a_rater_who_is_done_is_told_why(desk):
    client, assignment = desk
    Study.objects.update(state=Study.State.PAUSED)
    send(client, assignment, helpful="4")
    page = client.get(reverse("annotation:rate", args=[assignment.item.study.uid]))
    assert "This study is paused." in page.content.decode()


def test_who_is_not_among_the_raters_is_told_whom_to_ask(project, alice, signed_in):
    study = study_of(project)
    answer = signed_in(alice).get(reverse("annotation:rate", args=[study.uid]))
    assert answer.status_code == 403
    assert "manages the study" in answer.content.decode()


def test_a_rater_sees_and_changes_own_ratings_only(project, bob, charlie, team, signed_in):
    study = study_of(project)
    assignment = claim(rater_in(study, bob))
    submit(assignment, {"helpful": "4"}, comment="Mine")
    dora = factories.make_user("dora")
    factories.make_membership(team, dora, Role.RATER)
    rater_in(study, dora)
    mine = reverse("annotation:my_ratings", args=[study.uid])
    revise = reverse("annotation:revise", args=[assignment.uid])
    assert "Mine" in signed_in(bob).get(mine).content.decode()
    assert "Mine" not in signed_in(dora).get(mine).content.decode()
    assert signed_in(bob).get(revise).status_code == 200
    assert {signed_in(one).get(revise).status_code for one in (dora, charlie)} == {404}


def test_a_rater_reaches_even_the_first_of_many_ratings(project, bob, signed_in, monkeypatch):
    monkeypatch.setattr(selectors, "OWN_PAGE", 2)
    study = study_of(project)
    desk = rater_in(study, bob)
    items = [study.items.get(), *(factories.make_item(study) for _n in range(2))]
    for n, item in enumerate(items, start=1):
        when = NOW + timedelta(minutes=n)
        factories.make_rating(
            item, desk.rater, {"helpful": 3}, comment=f"Comment {n}", submitted_at=when
        )
    mine, client = reverse("annotation:my_ratings", args=[study.uid]), signed_in(bob)
    newest = client.get(mine).content.decode()
    assert "Comment 3" in newest
    assert "Comment 1" not in newest
    assert 'href="?before=2"' in newest
    first = client.get(f"{mine}?before=2").content.decode()
    assert "Comment 1" in first
    assert "Comment 2" not in first
    assert 'href="?before=' not in first


def test_a_rater_sees_own_imported_ratings_which_cannot_be_changed(project, bob, signed_in):
    study = study_of(project)
    desk = rater_in(study, bob)
    factories.make_rating(study.items.get(), desk.rater, {"helpful": 3}, comment="From a file")
    mine = signed_in(bob).get(reverse("annotation:my_ratings", args=[study.uid])).content.decode()
    assert "From a file" in mine
    assert "Imported from a file, so it cannot be changed here." in mine
    assert "/revise/" not in mine


def test_a_changed_rating_is_a_revision(project, bob, signed_in):
    assignment = claim(rater_in(study_of(project), bob))
    rating = submit(assignment, {"helpful": "4"}).rating
    answer = signed_in(bob).post(
        reverse("annotation:submit", args=[assignment.uid]),
        {"client_key": str(uuid.uuid4()), "q.helpful": "2", "revises": str(rating.uid)},
    )
    assert answer.url == reverse("annotation:my_ratings", args=[assignment.item.study.uid])
    assert Rating.objects.get(current=True).revision_of == rating


def test_undo_shows_the_last_one_as_it_was(desk):
    client, assignment = desk
    send(client, assignment, helpful="4")
    url = reverse("annotation:undo", args=[assignment.item.study.uid])
    page = client.post(url, headers={"HX-Request": "true"}).content.decode()
    assert reverse("annotation:submit", args=[assignment.uid]) in page
    assert 'value="4" data-shortcut="4" checked' in page


def test_my_work_lists_own_studies_only(project, other_project, bob, signed_in):
    mine = study_of(project, name="Mine")
    rater_in(mine, bob)
    rater_in(study_of(project, name="Of somebody else"))
    study_of(other_project, name="Of another team")
    page = signed_in(bob).get(reverse("annotation:my_studies")).content.decode()
    assert "Mine" in page
    assert "Of " not in page.replace("Of course", "")


def test_my_work_offers_nothing_where_others_have_rated_the_rest(project, bob, signed_in):
    study = study_of(project, items=2, overlap=1)
    rater_in(study, bob)
    other = rater_in(study)
    submit(claim(other), {"helpful": "4"})
    way = reverse("annotation:rate", args=[study.uid])
    start = reverse("annotation:my_studies")

    def offered():
        page = signed_in(bob).get(start).content.decode()
        return f'class="btn primary" href="{way}"' in page, "others have rated the rest" in page

    assert offered() == (True, False)
    held = claim(other)
    assert offered() == (True, False), "What another holds may be given back."
    submit(held, {"helpful": "4"})
    assert offered() == (False, True)


def test_my_work_says_what_happens_next_when_it_is_empty(bob, signed_in):
    page = signed_in(bob).get(reverse("annotation:my_studies")).content.decode()
    assert "Nobody has asked you to rate yet." in page


def test_an_accepted_invitation_makes_a_rater_of_its_study(project, alice, bob):
    study = study_of(project)
    invitation = Invitation.objects.create(
        team=project.team, role=Role.RATER, purpose={"study": str(study.uid)},
        invited_by=alice, expires_at=NOW,
    )  # fmt: skip
    registry.announce("invitation_accepted", invitation=invitation, user=bob)
    assert StudyRater.objects.get().rater.user == bob


def test_an_invitation_cannot_name_a_study_of_another_team(project, other_project, bob):
    study = study_of(other_project)
    invitation = Invitation.objects.create(
        team=project.team, role=Role.RATER, purpose={"study": str(study.uid)}, expires_at=NOW
    )
    registry.announce("invitation_accepted", invitation=invitation, user=bob)
    assert not StudyRater.objects.exists()


def test_in_a_closed_study_my_ratings_offer_no_change(project, bob, signed_in):
    study = study_of(project)
    assignment = submit(claim(rater_in(study, bob)), {"helpful": "4"}).rating.assignment
    mine, change = (
        reverse("annotation:my_ratings", args=[study.uid]),
        reverse("annotation:revise", args=[assignment.uid]),
    )
    client = signed_in(bob)
    assert change in client.get(mine).content.decode()
    Study.objects.update(state=Study.State.CLOSED)
    page = client.get(mine).content.decode()
    assert change not in page
    assert "Go on rating" not in page
    assert "Helpful" in page


def test_my_ratings_speak_of_sides_as_they_stood_and_show_no_hidden_turn(project, bob, signed_in):
    points = factories.points("a", "b", "tie", "both_bad")
    criteria = {"better": {"target": "pair", "kind": "nominal", "level": "nominal",
                           "points": points}}  # fmt: skip
    study = study_of(project, items=0, criteria=criteria)
    conversation = telling_conversation(project)
    conversation.title = TELLTALE["system turn"]
    conversation.save()
    factories.make_item(study, conversation, conversation_b=factories.make_conversation(project))
    assignment = claim(rater_in(study, bob))
    submit(assignment, {"better": "a"})
    page = signed_in(bob).get(reverse("annotation:my_ratings", args=[study.uid])).content.decode()
    assert f"<b>{'Right' if assignment.display['swapped'] else 'Left'}</b>" in page
    assert TELLTALE["system turn"] not in page
