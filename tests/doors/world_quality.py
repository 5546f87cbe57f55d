"""Of a side of the world: a training with a qualification, control items, a calibration."""

from typing import TYPE_CHECKING

from django.utils import timezone

from annotation.models import (
    Assignment,
    ExpectedAnswer,
    Item,
    Layer,
    Qualification,
    Qualified,
    Study,
)
from tests import factories

if TYPE_CHECKING:
    from tests.doors.world import Side


def quality(side: "Side") -> None:
    training = keyed(side, Study.Purpose.TRAINING, Study.State.OPEN)
    sets = keyed(side, Study.Purpose.CONTROL, Study.State.DRAFT)
    other = keyed(side, Study.Purpose.TRAINING, Study.State.OPEN, "other")
    qualification = Qualification.objects.create(
        project=side.project,
        name=side.say("qualification")[:120],
        slug=f"{side.name}-q",
        training=training,
        needed=1,
    )
    held = Qualified.objects.create(
        qualification=qualification, rater=side.rater, n_right=1, n_asked=1
    )
    Qualified.objects.create(
        qualification=qualification,
        rater=side.other_rater,
        revoked_at=timezone.now(),
        revoked_because=side.say("revoked")[:200],
    )
    trained = rated_in_training(side, training)
    session = factories.make_study(
        side.project,
        side.version,
        f"{side.name}-session",
        purpose=Study.Purpose.CALIBRATION,
    )
    item = factories.make_item(session, side.make_conversation(f"{side.name} session"))
    factories.make_rating(item, side.rater, {"helpful": 2})
    left_out = factories.make_study_rater(
        session,
        side.other_rater,
        excluded_at=timezone.now(),
        excluded_by=side.people["owner"],
        excluded_because=side.say("left out")[:500],
    )
    held_by_none = Qualification.objects.create(
        project=side.project, name=f"{side.name} nurse", slug=f"{side.name}-nurse"
    )
    side.put(
        held_by_none=held_by_none,
        training=training,
        untaken=other,
        control_set=sets,
        keyed=sets.items.get(),
        qualification=qualification,
        held=held,
        trained=trained,
        session=session,
        left_out=left_out,
    )


def keyed(side: "Side", purpose: str, state: str, more: str = "") -> Study:
    study = factories.make_study(
        side.project, side.version, f"{side.name}-{purpose}{more}", purpose=purpose, state=state
    )
    item = factories.make_item(
        study, side.make_conversation(f"{side.name} {purpose}{more}"), slots_total=0, slots_open=0
    )
    ExpectedAnswer.objects.create(
        item=item, criterion=side.criterion, value=3, why={"en": side.say("why it is a 4")}
    )
    return study


def rated_in_training(side: "Side", training: Study) -> Assignment:
    """The rater is through, so that another try may be allowed."""
    factories.make_study_rater(training, side.rater, n_submitted=1)
    item: Item = training.items.get()
    done = factories.make_assignment(
        item,
        side.rater,
        layer=Layer.TRAINING,
        state=Assignment.State.SUBMITTED,
        submitted_at=timezone.now(),
    )
    factories.make_rating(item, side.rater, {"helpful": 1}, layer=Layer.TRAINING, assignment=done)
    return done
