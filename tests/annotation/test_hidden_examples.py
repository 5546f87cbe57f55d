"""What is hidden of a conversation is hidden in the examples that were taken from it before."""

import pytest

from annotation.models import ExampleProposal
from annotation.services.examples import take_example
from annotation.services.rubrics import publish_version, rubric_data, save_draft
from conversations.deciding import mark_words
from conversations.models import RedactionRules
from tests import factories
from tests.annotation.settling_helpers import LATER, TWO, rated_item, settle, study_with, turns

pytestmark = pytest.mark.django_db
NAME = "Misaki Sato"
SAID = f"{NAME} will call you. She left on Monday."


@pytest.fixture(params=[True, False], ids=["originals", "no_originals"])
def project(request, project):
    RedactionRules.objects.create(project=project, keep_originals=request.param)
    return project


@pytest.fixture
def propose(alice, project):
    def make(said=SAID, reason="It names who."):
        told = turns(1)
        told[-1]["content"] = said
        study = study_with(project, TWO)
        item = rated_item(study, *({"helpful": n, "correct": n} for n in (0, 4, 2)))
        item.conversation = factories.make_conversation(project, turns=told)
        item.save()
        answers = {"helpful": "3", "correct": "4"}
        settle(alice, item, answers, reason=reason, examples=frozenset({"helpful"}))
        return ExampleProposal.objects.select_related("verdict__item__conversation").get()

    return make


def hide(alice, proposal, words=NAME):
    mark_words(
        actor=alice, conversation=proposal.verdict.item.conversation, words=words, kind="name",
        now=LATER,
    )  # fmt: skip
    proposal.refresh_from_db()


def draft_of(proposal):
    return proposal.verdict.criterion.version.rubric.versions.get(state="draft")


def test_a_proposal_hides_what_its_conversation_hides(alice, propose):
    proposal = propose()
    hide(alice, proposal)
    assert proposal.words == "“[name] will call you. She left on Monday.” It names who."


def test_a_name_at_which_the_excerpt_broke_off_is_hidden(alice, propose):
    proposal = propose("a" * 593 + f" {NAME} " + "b" * 90)
    assert "Misaki…" in proposal.words
    hide(alice, proposal)
    assert "Misa" not in proposal.words


def test_a_name_within_a_longer_word_stays(alice, propose):
    proposal = propose("Ann has an Annex.")
    hide(alice, proposal, "Ann")
    assert proposal.words.startswith("“[name] has an Annex.”")


def test_the_draft_that_took_it_hides_it_however_it_was_shortened(alice, propose):
    proposal = propose()
    take_example(actor=alice, proposal=proposal, now=LATER)
    draft = draft_of(proposal)
    data = rubric_data(draft)
    example = next(
        point["examples"][-1]
        for one in data["criteria"]
        if one["key"] == "helpful"
        for point in one["points"]
        if point["key"] == "3"
    )
    example["text"] = {"en": f"{NAME} will call."}
    save_draft(actor=alice, version=draft, data=data)
    hide(alice, proposal)
    kept = str(rubric_data(draft_of(proposal)))
    assert "[name] will call." in kept
    assert NAME not in kept


def test_a_published_version_keeps_its_words(alice, propose):
    proposal = propose()
    take_example(actor=alice, proposal=proposal, now=LATER)
    version = draft_of(proposal)
    publish_version(actor=alice, version=version, now=LATER)
    before = rubric_data(version)
    hide(alice, proposal)
    assert rubric_data(version) == before
