"""The loop: verdicts on a known share say how good all answers are, and what thumbs are worth."""

from datetime import UTC, datetime
from random import Random
from uuid import uuid4

import pytest
from django.urls import reverse

from analytics.reports import loop
from analytics.reports.loop import (
    loop_report,
    most_telling,
    studies_with_verdicts,
    usually_good_from,
)
from annotation.models import Study, Verdict
from surveys.models import CurrentFeedback, Kind, Respondent
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def shown(project, number: int, value: int | None, **fields):
    conversation = factories.make_conversation(project, external_id=f"c{number}")
    CurrentFeedback.objects.create(
        project=project, respondent=Respondent.objects.create(project=project, key=f"s:{number}"),
        target=uuid4(), kind=Kind.THUMB, conversation=conversation, value=value, shown=True,
        conversation_key=conversation.external_id, day=NOW.date(), at=NOW, event_id=1,
        trust="signed", mode="unsolicited", **fields,
    )  # fmt: skip
    return conversation


def judged(
    study: Study, conversation, value: int | None, probability: float | None, **fields
) -> None:
    item = factories.make_item(
        study, conversation=conversation, inclusion_probability=probability, state="settled"
    )
    Verdict.objects.create(
        item=item, criterion=study.rubric_version.criteria.get(), value=value, source="consensus",
        **fields,
    )  # fmt: skip


@pytest.fixture
def study():
    return factories.make_study()


def report(study: Study):
    criterion = study.rubric_version.criteria.get()
    return loop_report(study.project, study, criterion, usually_good_from(criterion))


def test_conversations_are_counted_by_the_worst_that_was_said(study):
    project = study.project
    shown(project, 1, 0)
    shown(project, 2, 1)
    shown(project, 3, None)
    assert report(study).everybody == (1, 1, 1)


@pytest.mark.embedded
def test_what_conversations_got_is_read_from_an_index_alone(study):
    plan = loop._signals(loop._thumbs(study.project)).explain()
    assert "USING COVERING INDEX feedback_signals" in plan
    assert "TEMP B-TREE" not in plan
    one = loop._thumbs(study.project).filter(conversation=1)
    assert "USING COVERING INDEX feedback_signals" in one.values("value").explain()


def test_a_thumb_down_and_one_up_on_one_answer_count_as_down(study):
    first = shown(study.project, 1, 1)
    shown(study.project, 2, 0)
    CurrentFeedback.objects.update(conversation=first)
    assert report(study).everybody == (1, 0, 0)


def test_the_level_is_that_of_all_answers_and_not_of_the_thumbs(study):
    """Bad answers are pressed down often and routed all; of the others a tenth is rated."""
    dice, number = Random(4), 0
    for good, value, count in (
        (False, 0, 40), (False, None, 60), (True, 1, 20), (True, None, 880),
    ):  # fmt: skip
        for _one in range(count):
            number += 1
            conversation = shown(study.project, number, value)
            probability = 1.0 if value == 0 else 0.2
            if dice.random() < probability:
                judged(study, conversation, 4 if good else 0, probability)
    found = report(study)
    assert found.thumbs.value == pytest.approx(20 / 60)
    level = found.level.level
    assert level.low < 0.9 < level.high
    assert level.high - level.low < 0.12
    assert found.matrix.down_right.value == 1.0


def test_reasons_tell_which_thumbs_are_borne_out(study):
    for number in range(6):
        value = 0 if number < 5 else 4
        judged(study, shown(study.project, number, 0, reasons=["incorrect"]), value, 1.0)
    assert report(study).matrix.by_reason["incorrect"].value == pytest.approx(5 / 6)


def test_items_without_a_known_probability_say_nothing_about_all(study):
    for number in range(20):
        judged(study, shown(study.project, number, 1), 4, None)
    found = report(study)
    assert found.level.level.value is None
    assert found.matrix.up == (20, 0)


def test_what_settled_as_a_mean_is_a_verdict_too(study):
    for number, mean in enumerate([2.9, 3.0, 3.5]):
        judged(study, shown(study.project, number, 1), None, 1.0, number=mean)
    found = report(study)
    assert found.good_from == 3
    assert found.matrix.up == (2, 1)


@pytest.mark.parametrize("stage", ["nothing", "verdicts", "all"])
def test_the_page_opens_at_every_stage(client, alice, project, stage):
    study = factories.make_study(project)
    if stage != "nothing":
        conversation = (
            shown(project, 1, 0) if stage == "all" else factories.make_conversation(project)
        )
        judged(study, conversation, 1, 0.5)
        assert list(studies_with_verdicts(project)) == [study]
    client.force_login(alice)
    page = client.get(reverse("analytics:loop", args=[project.uid]))
    assert page.status_code == 200
    words = {
        "nothing": "no verdicts on whole conversations",
        "verdicts": "No feedback names a conversation",
        "all": "What a thumb is worth",
    }
    assert words[stage] in page.text
    table = client.get(reverse("analytics:loop_csv", args=[project.uid]))
    assert table.text.startswith("figure,value")


def test_the_page_opens_with_the_study_whose_verdicts_tell_most(study):
    for number in range(3):
        judged(study, shown(study.project, number, number % 2), 3, 0.5)
    later = factories.make_study(study.project)
    judged(later, shown(study.project, 9, 1), 3, None)
    assert studies_with_verdicts(study.project).first() == later
    assert most_telling(study.project) == study


def test_another_study_is_told_of_by_a_criterion_of_its_own_rubric(client, alice, project):
    told, other = factories.make_study(project), factories.make_study(project)
    assert told.rubric_version != other.rubric_version
    for number, study in enumerate([told, told, other]):
        judged(study, shown(project, number, 1), 4, 1.0)
    client.force_login(alice)
    sent = {"study": other.pk, "criterion": told.rubric_version.criteria.get().pk, "good_from": 2}
    page = client.get(reverse("analytics:loop", args=[project.uid]), sent)
    assert page.context["report"].study == other
    assert page.context["report"].criterion == other.rubric_version.criteria.get()
    assert page.context["form"]["study"].value() == other.pk
    names = [label for _key, label in page.context["form"].fields["criterion"].choices]
    assert len(names) == len(set(names)), names


def test_a_share_of_a_few_thumbs_is_not_told(client, alice, project):
    study = factories.make_study(project)
    client.force_login(alice)
    judged(study, shown(project, 1, 1), 4, 0.5)
    page = client.get(reverse("analytics:loop", args=[project.uid])).content.decode()
    assert "too few to say" in page
    assert "users and raters say the same" not in page


def test_a_study_of_another_team_is_not_read(client, alice, project):
    foreign = factories.make_study()
    judged(foreign, shown(foreign.project, 1, 0), 1, 0.5)
    client.force_login(alice)
    address = reverse("analytics:loop", args=[project.uid])
    asked = {"study": foreign.pk, "criterion": foreign.rubric_version.criteria.get().pk}
    assert "What a thumb is worth" not in client.get(address, asked).text
