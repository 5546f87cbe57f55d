"""A decision is proposed as an example of its point; a manager takes it into the next version."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from annotation.models import ExampleProposal
from annotation.rubric_forms import MAX_EXAMPLES
from annotation.services.examples import decline_example, take_example, waiting_examples
from annotation.services.rubrics import rubric_data, save_draft, start_draft
from core.errors import DomainError
from tests import factories
from tests.annotation.settling_helpers import (
    LATER,
    PER_TURN,
    TWO,
    decision,
    rated_item,
    settle,
    settled,
    study_with,
    turns,
)

pytestmark = pytest.mark.django_db
REASON = "It tells when the parcel left."
SAID = "I am sorry. It left our warehouse on Monday."


@pytest.fixture
def item(project):
    return rated_item(study_with(project, TWO), *({"helpful": n, "correct": n} for n in (0, 4, 2)))


@pytest.fixture
def proposal(alice, item):
    answers = {"helpful": "3", "correct": "4"}
    settle(alice, item, answers, reason=REASON, examples=frozenset({"helpful"}))
    return ExampleProposal.objects.get()


def examples_of(rubric, key="helpful", point="3"):
    draft = rubric.versions.get(state="draft")
    criterion = next(one for one in rubric_data(draft)["criteria"] if one["key"] == key)
    return next(one for one in criterion["points"] if one["key"] == point)["examples"]


def test_the_last_answer_is_proposed_with_the_reason(proposal):
    assert proposal.words == f"“{SAID}” {REASON}"
    assert proposal.point == "3"
    assert proposal.verdict.criterion.key == "helpful"
    assert AuditEntry.objects.filter(verb="example.proposed").exists()


def test_without_the_tick_nothing_is_proposed(alice, item):
    settle(alice, item, {"helpful": "3", "correct": "4"})
    assert not ExampleProposal.objects.exists()


def test_a_turn_is_proposed_in_its_own_language(alice, project):
    said = [{**turn, "content": f"送料は無料です {n}"} for n, turn in enumerate(turns(2))]
    study = study_with(project, PER_TURN)
    item = factories.make_item(study, factories.make_conversation(project, "ja", said))
    for value in (0, 1, 2):
        factories.make_rating(item, None, {"breakdown": value}, unit=(3, -1))
    item.slots_total = 3
    settled(item)
    settle(alice, item, {"breakdown.3": "T"}, reason="短い。", examples=frozenset({"breakdown.3"}))
    assert ExampleProposal.objects.get().words == "「送料は無料です 3」 短い。"


def test_taken_it_stands_under_its_point_in_the_draft(alice, proposal):
    rubric = proposal.verdict.criterion.version.rubric
    take_example(actor=alice, proposal=proposal, now=LATER)
    assert examples_of(rubric) == [{"verdict": "good", "text": {"en": proposal.words}}]
    assert rubric.versions.get(state="published").criteria.first().points[2].get("examples") in (
        None,
        [],
    )
    assert not waiting_examples(rubric).exists()


def test_a_draft_that_is_begun_keeps_what_it_has(alice, proposal):
    rubric = proposal.verdict.criterion.version.rubric
    draft = start_draft(actor=alice, rubric=rubric)
    data = rubric_data(draft)
    data["criteria"][0]["question"] = {"en": "Does it help?"}
    save_draft(actor=alice, version=draft, data=data)
    take_example(actor=alice, proposal=proposal, now=LATER)
    assert rubric_data(draft)["criteria"][0]["question"] == {"en": "Does it help?"}
    assert len(examples_of(rubric)) == 1


def test_a_point_that_the_draft_has_lost_is_told(alice, proposal):
    draft = start_draft(actor=alice, rubric=proposal.verdict.criterion.version.rubric)
    data = rubric_data(draft)
    del data["criteria"][0]["points"][2]
    save_draft(actor=alice, version=draft, data=data)
    with pytest.raises(DomainError, match="no point “3”"):
        take_example(actor=alice, proposal=proposal, now=LATER)
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


def test_a_point_has_only_so_many_examples(alice, proposal):
    draft = start_draft(actor=alice, rubric=proposal.verdict.criterion.version.rubric)
    data = rubric_data(draft)
    full = [{"verdict": "good", "text": {"en": str(n)}} for n in range(MAX_EXAMPLES)]
    data["criteria"][0]["points"][2]["examples"] = full
    save_draft(actor=alice, version=draft, data=data)
    with pytest.raises(DomainError, match="which is the most"):
        take_example(actor=alice, proposal=proposal, now=LATER)


def test_it_is_decided_once(alice, proposal):
    decline_example(actor=alice, proposal=proposal, now=LATER)
    with pytest.raises(DomainError, match="decided on already"):
        take_example(actor=alice, proposal=proposal, now=LATER)
    assert AuditEntry.objects.filter(verb="example.declined").exists()


def test_the_tick_on_the_item_reaches_the_rubric_and_its_draft(signed_in, alice, item):
    client = signed_in(alice)
    page = client.get(reverse("annotation:item", args=[item.uid])).content.decode()
    assert "Propose as an anchor example of “Helpful”" in page
    sent = decision(item)
    form = {
        "q.helpful": "3",
        "q.correct": "4",
        "reason": REASON,
        "seen": sent.seen,
        "example": ["helpful"],
    }
    client.post(reverse("annotation:item_decide", args=[item.uid]), form)
    proposal = ExampleProposal.objects.get()
    rubric = proposal.verdict.criterion.version.rubric
    page = client.get(rubric.get_absolute_url()).content.decode()
    assert "1 example is proposed" in page
    assert SAID in page
    history = client.get(reverse("annotation:item", args=[item.uid])).content.decode()
    assert "proposed as an example: waiting" in history
    url = reverse("annotation:example_decide", args=[proposal.uid])
    assert client.post(url, {"act": "take"}).status_code == 302
    assert len(examples_of(rubric)) == 1


def test_a_refused_decision_keeps_the_tick(signed_in, alice, item):
    url = reverse("annotation:item_decide", args=[item.uid])
    sent = {"q.helpful": "3", "seen": decision(item).seen, "example": ["helpful"]}
    page = signed_in(alice).post(url, sent).content.decode()
    assert 'name="example" value="helpful" checked' in page


def test_a_pair_is_no_example(signed_in, alice, project):
    criteria = {
        "better": {"target": "pair", "kind": "nominal", "points": factories.points("a", "tie", "b")}
    }
    item = rated_item(
        study_with(project, criteria),
        *({"better": n} for n in (0, 1, 2)),
        conversation_b=factories.make_conversation(project),
    )
    page = signed_in(alice).get(reverse("annotation:item", args=[item.uid])).content.decode()
    assert "anchor example" not in page
