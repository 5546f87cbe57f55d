"""A study under way as a manager finds it: raters at work, paused, limited, without a lane."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Project, Role
from annotation.models import Assignment, Item, Qualification, Study, StudyRater
from tests import factories

NAMES = ("Aiko Tanaka", "Bernhard von Hohenlohe-Langenburg", "Chidi", "Dora", "佐藤 花子")


def under_way(project: Project) -> tuple[Study, list[StudyRater]]:
    """Two lanes, of which nobody active may draw from the first."""
    Qualification.objects.create(project=project, name="Japanese", slug="japanese")
    study = factories.make_study(
        project,
        name="Support tone, March",
        overlap=2,
        overlap_max=4,
        opened_at=timezone.now() - timedelta(days=3),
        lanes=[
            {"name": "Japanese", "where": "language == ja", "qualification": "japanese"},
            {"name": "all others"},
        ],
    )
    chairs = []
    for name in NAMES:
        user = factories.make_user(name)
        factories.make_membership(project.team, user, Role.RATER)
        rater = factories.make_rater(project, user, display_name=name)
        chairs.append(factories.make_study_rater(study, rater))
    for number in range(30):
        factories.make_item(study, lane=int(number > 5))
    work(study, chairs)
    return study, chairs


def work(study: Study, chairs: list[StudyRater]) -> None:
    now = timezone.now()
    items = list(study.items.filter(lane=1).order_by("seq"))
    for place, chair in enumerate(chairs[:2]):
        for number, item in enumerate(items[:22]):
            rate(item, chair, 2 + (place * number) % 3, now - timedelta(minutes=9 * number))
        chair.n_submitted, chair.day, chair.n_day = 22, timezone.localdate(now), 6
    factories.make_assignment(items[23], chairs[1].rater, claimed_at=now - timedelta(hours=2))
    factories.make_assignment(
        items[23], chairs[0].rater, state="skipped", layer="extra", skip_reason="Not my language."
    )
    chairs[0].cap, chairs[0].cap_day = 40, 10
    chairs[2].paused = True
    chairs[3].paused, chairs[3].paused_because = True, "accuracy"
    chairs[4].lanes = []
    for chair in chairs:
        chair.save()


def rate(item: Item, chair: StudyRater, value: int, at: object) -> None:
    assignment = factories.make_assignment(
        item, chair.rater, state=Assignment.State.SUBMITTED, submitted_at=at, seconds=40 + value
    )
    factories.make_rating(
        item, chair.rater, {"helpful": value}, assignment=assignment, submitted_at=at,
        flagged=value == 4, comment="It contradicts the first answer." if value == 4 else "",
    )  # fmt: skip
    item.n_submitted += 1
    if not item.slots_open:
        item.state = Item.State.SETTLED if value == 2 else Item.State.DISPUTED
    item.save()
