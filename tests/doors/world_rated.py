"""Of a side of the world: ratings, and items that settle by them."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.models import Role
from annotation.models import Item, Rater, Rating, ScoreText, Verdict
from tests import factories

if TYPE_CHECKING:
    from tests.doors.world import Side


def rate(side: "Side", item: Item, rater: Rater, value: int, **fields: Any) -> Rating:
    rating = factories.make_rating(
        item, rater, {"helpful": value}, comment=side.say("comment"), flagged=True, **fields
    )
    ScoreText.objects.create(score=rating.scores.get(), words=side.say("score words"))
    return rating


def twice_rated(side: "Side", item: Item, low: int, high: int) -> list[Rating]:
    second = factories.make_rater(side.project, display_name=side.say("second rater"))
    found = [rate(side, item, side.other_rater, low), rate(side, item, second, high)]
    Item.objects.filter(pk=item.pk).update(n_submitted=2, slots_open=0)
    item.refresh_from_db()
    return found


def settle(side: "Side", item: Item) -> None:
    found = twice_rated(side, item, 3, 3)
    Verdict.objects.create(
        item=item,
        criterion=side.criterion,
        value=3,
        distribution={"4": 2},
        rating_uids=[str(rating.uid) for rating in found],
        source=Verdict.Source.ADJUDICATION,
        adjudicator=side.people[Role.ADJUDICATOR],
        reason=side.say("verdict reason"),
    )
    item.state, item.settled_at = Item.State.SETTLED, timezone.now()
    item.save()
