"""What the tests of the rating floor share: a study with its raters, and a judgement to submit."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Project, Role, User
from annotation.answers import Answer, check
from annotation.models import Assignment, Study, StudyRater
from annotation.rating_page import questions_for
from annotation.rubric_cache import criteria_of
from annotation.services.assignment import claim_next
from annotation.services.chairs import NoItem
from annotation.services.judging import Judgement, Submission
from annotation.services.rating import submit_rating
from tests import factories

NOW = factories.NOON


def study_of(
    project: Project, *, items: int = 1, overlap: int = 2, criteria: Any = None, **fields: Any
) -> Study:
    """An open study with a published rubric and items to rate."""
    version = factories.make_rubric_version(factories.make_rubric(project), criteria=criteria)
    study = factories.make_study(project, version, overlap=overlap, **fields)
    for _number in range(items):
        factories.make_item(study)
    return study


def rater_in(study: Study, user: User | None = None, **fields: Any) -> StudyRater:
    if user is None:
        user = factories.make_user()
        factories.make_membership(study.project.team, user, Role.RATER)
    rater = factories.make_rater(study.project, user)
    return factories.make_study_rater(study, rater, **fields)


def claim(study_rater: StudyRater, now: datetime = NOW) -> Assignment:
    """The next item, which the test says there is."""
    claimed = claim_next(study_rater=study_rater, now=now)
    assert isinstance(claimed, Assignment), claimed
    return claimed


def no_item(study_rater: StudyRater, now: datetime = NOW) -> NoItem:
    refused = claim_next(study_rater=study_rater, now=now)
    assert isinstance(refused, NoItem)
    return refused


def judge(assignment: Assignment, answers: Mapping[str, Any], **fields: Any) -> Judgement:
    """Answers by question name: a text, a tuple of labels, or an `Answer`."""
    item = assignment.item
    said = {k: v if isinstance(v, Answer) else Answer(v) for k, v in answers.items()}
    checked = check(
        questions_for(assignment),
        criteria_of(item.study.rubric_version),
        said,
        item.conversation.guidance,
    )
    assert checked.errors == {}
    return Judgement(given=checked.given, **fields)


def submit(
    assignment: Assignment,
    answers: Mapping[str, Any],
    *,
    now: datetime = NOW,
    client_key: uuid.UUID | None = None,
    revises: uuid.UUID | None = None,
    goes_on: bool = False,
    **fields: Any,
) -> Submission:
    return submit_rating(
        actor=assignment.rater.user,
        assignment=assignment,
        judgement=judge(assignment, answers, **fields),
        client_key=client_key or uuid.uuid4(),
        revises=revises,
        goes_on=goes_on,
        now=now,
    )


def counted(queries: Any) -> int:
    """Statements, without those that only begin and end a transaction."""
    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    return sum(not query["sql"].startswith(control) for query in queries)
