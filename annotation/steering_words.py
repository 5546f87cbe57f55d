"""What steering a study will do, in numbers, before it is done: pages that ask once more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.models import Assignment, Item, Study, StudyRater
from annotation.services.extending import extendable
from annotation.services.handing_over import KEPT, Taken, in_hand
from annotation.services.lane_raters import active_raters, lanes_by_rater, left_for
from annotation.services.setting_aside import aside_of, counted_of, decided
from annotation.study_progress import Progress
from core.templatetags.numerals import thousands

ALONE = 6
"""Raters of whom it is said what they could take on alone."""


@dataclass(frozen=True)
class Asked:
    """What `components/_confirm.html` shows: what will change, what follows, how to undo it."""

    title: str
    finding: str
    lines: list[str]
    button: str

    def as_context(self, **more: Any) -> dict[str, Any]:
        return {
            "title": self.title,
            "finding": self.finding,
            "lines": self.lines,
            "button": self.button,
            **more,
        }


def pausing_study(study: Study) -> Asked:
    active = len(active_raters(study))
    held = Assignment.objects.filter(study=study, state=Assignment.State.LEASED).count()
    finding = ngettext("%(n)s rater gets no more items.", "%(n)s raters get no more items.", active)
    in_hands = ngettext(
        "The %(n)s item they hold can still be submitted and counts.",
        "The %(n)s items they hold can still be submitted and count.",
        held,
    )
    return Asked(
        title=_("Pause “%(study)s”?") % {"study": study},
        finding=finding % {"n": thousands(active)},
        lines=[
            *([in_hands % {"n": thousands(held)}] if held else []),
            _("You can go on with it at any time."),
        ],
        button=_("Pause the study"),
    )


def closing_study(study: Study, progress: Progress) -> Asked:
    left = progress.slots - progress.submitted
    missing = ngettext(
        "%(left)s rating is still missing.", "%(left)s ratings are still missing.", left
    )
    return Asked(
        title=_("Close “%(study)s”?") % {"study": study},
        finding=missing % {"left": thousands(left)} if left else _("All ratings are in."),
        lines=[
            _("Raters get no more items, and a closed study does not open again."),
            _("What they send afterwards is kept as late and does not count in the agreement."),
            _("You can still settle disagreements and propose settled items for gold."),
        ],
        button=_("Close the study"),
    )


def extending_study(study: Study) -> Asked:
    items = extendable(study)
    total = items.count()
    settled = items.filter(state=Item.State.SETTLED).count()
    stay = study.next_seq - 1 - total
    finding = ngettext(
        "%(n)s item gets one more place for each rater you add; now it has %(k)d.",
        "%(n)s items get one more place for each rater you add; now each has %(k)d.",
        total,
    )
    withdrawn = ngettext(
        "%(n)s of them is settled by consensus. It is open again and settles anew.",
        "%(n)s of them are settled by consensus. They are open again and settle anew.",
        settled,
    )
    kept = ngettext(
        "%(n)s item that a person has decided stays as it is.",
        "%(n)s items that a person has decided stay as they are.",
        stay,
    )
    raters = ngettext(
        "%(n)s rater is active. None of them rates an item twice.",
        "%(n)s raters are active. None of them rates an item twice.",
        active := len(active_raters(study)),
    )
    lines = [
        withdrawn % {"n": thousands(settled)} if settled else "",
        kept % {"n": thousands(stay)} if stay else "",
        raters % {"n": thousands(active)},
        _("It cannot be undone, but you can close the study before all places are filled."),
    ]
    return Asked(
        title=_("More raters an item in “%(study)s”") % {"study": study},
        finding=finding % {"n": thousands(total), "k": study.overlap},
        lines=[line for line in lines if line],
        button=_("Ask more raters"),
    )


def pausing_rater(chair: StudyRater) -> Asked:
    held = in_hand(chair).count()
    in_hands = ngettext(
        "They may still submit the %(n)s item they hold. To give it to others, take it back.",
        "They may still submit the %(n)s items they hold. To give them to others, take them back.",
        held,
    )
    return Asked(
        title=_("Pause %(rater)s?") % {"rater": chair.rater},
        finding=_("%(rater)s gets no more items in this study.") % {"rater": chair.rater},
        lines=[
            *([in_hands % {"n": thousands(held)}] if held else []),
            ngettext(
                "%(n)s submitted rating stays and counts.",
                "%(n)s submitted ratings stay and count.",
                chair.n_submitted,
            )
            % {"n": thousands(chair.n_submitted)},
            _("They see that they are paused. You can let them go on at any time."),
        ],
        button=_("Pause"),
    )


def taking_work(chair: StudyRater) -> Asked:
    held = in_hand(chair)
    total, since = held.count(), held.aggregate(Min("claimed_at"))["claimed_at__min"]
    finding = ngettext(
        "%(rater)s holds %(n)s item since %(since)s.",
        "%(rater)s holds %(n)s items, the oldest since %(since)s.",
        total,
    )
    return Asked(
        title=_("Take back the open work of %(rater)s?") % {"rater": chair.rater},
        finding=finding % {"rater": chair.rater, "n": thousands(total), "since": moment(since)}
        if total
        else _("%(rater)s holds nothing now.") % {"rater": chair.rater},
        lines=[
            _("In the pool it goes to whoever comes first. That may be the same rater again."),
            _("For a named rater it is kept %(days)d days; what that rater has been at already "
              "goes to the pool.") % {"days": KEPT.days},
            _("What they have written stays as their draft. If they submit it after all, it "
              "counts while the place is free."),
        ],
        button=_("Take it back"),
    )  # fmt: skip


def taken(found: Taken, receiver: StudyRater | None) -> str:
    """What became of work that was taken back."""
    facts = {"n": thousands(found.items), "given": thousands(found.given), "rater": ""}
    if receiver is None:
        done = ngettext("%(n)s item was taken back.", "%(n)s items were taken back.", found.items)
        return done % facts
    facts["rater"] = str(receiver.rater)
    if not found.given:
        return _("%(rater)s has been at all of it already, so it went to the pool.") % facts
    if found.given < found.items:
        return (
            _("%(given)s of %(n)s items are kept for %(rater)s; the others went to the pool.")
            % facts
        )
    kept = ngettext(
        "%(n)s item is kept for %(rater)s now.", "%(n)s items are kept for %(rater)s now.",
        found.items,
    )  # fmt: skip
    return kept % facts


def setting_aside(chair: StudyRater) -> Asked:
    ratings = counted_of(chair)
    total = ratings.count()
    items = Item.objects.filter(pk__in=ratings.values("item"))
    settled = items.filter(state=Item.State.SETTLED).exclude(decided()).count()
    stay = items.filter(decided()).count()
    finding = ngettext(
        "%(n)s rating of %(rater)s would count no more, and another rater is asked.",
        "%(n)s ratings of %(rater)s would count no more, and other raters are asked.",
        total,
    )
    withdrawn = ngettext(
        "The consensus on %(n)s item is withdrawn until it is full again.",
        "The consensus on %(n)s items is withdrawn until they are full again.",
        settled,
    )
    kept = ngettext(
        "%(n)s item that a person has decided stays decided.",
        "%(n)s items that a person has decided stay decided.",
        stay,
    )
    return Asked(
        title=_("Set the ratings of %(rater)s aside?") % {"rater": chair.rater},
        finding=finding % {"n": thousands(total), "rater": chair.rater}
        if total
        else _("%(rater)s has no rating here that counts.") % {"rater": chair.rater},
        lines=[
            *([withdrawn % {"n": thousands(settled)}] if settled else []),
            *([kept % {"n": thousands(stay)}] if stay else []),
            _("Nothing is deleted: the ratings stay as extra ones, with the reason."),
            _("You can let them count again, as long as nobody else has rated the item instead."),
        ],
        button=_("Set aside"),
    )


def taking_in(chair: StudyRater) -> Asked:
    aside = aside_of(chair)
    total = aside.count()
    free = aside.filter(item__has_slot=True).count()
    finding = ngettext(
        "%(free)s of %(n)s rating that was set aside would count again.",
        "%(free)s of %(n)s ratings that were set aside would count again.",
        total,
    )
    return Asked(
        title=_("Let the ratings of %(rater)s count again?") % {"rater": chair.rater},
        finding=finding % {"free": thousands(free), "n": thousands(total)},
        lines=[_("Where somebody else has taken the place meanwhile, they stay aside.")],
        button=_("Let them count"),
    )


def handing_lanes(chair: StudyRater, others: list[StudyRater]) -> Asked:
    lanes = lanes_by_rater(chair.study, [chair, *others])
    own = lanes[chair.pk]
    left = left_for(chair, own).count() if own else 0
    finding = ngettext(
        "%(n)s item of the lanes of %(rater)s is still without their rating.",
        "%(n)s items of the lanes of %(rater)s are still without their rating.",
        left,
    )
    lines = []
    for other in others[:ALONE]:
        new = left_for(chair, own - lanes[other.pk]) if own else Item.objects.none()
        takes = ngettext(
            "%(rater)s alone could take %(n)s of them.",
            "%(rater)s alone could take %(n)s of them.",
            n := new.count(),
        )
        lines.append(takes % {"rater": other.rater, "n": thousands(n)})
    return Asked(
        title=_("Hand over the lanes of %(rater)s?") % {"rater": chair.rater},
        finding=finding % {"n": thousands(left), "rater": chair.rater},
        lines=[
            *lines,
            _("%(rater)s gets no more items from these lanes. You can give them back the lanes "
              "of the plan.") % {"rater": chair.rater},
        ],
        button=_("Hand over"),
    )  # fmt: skip


def moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else ""
