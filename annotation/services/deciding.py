"""What every act of an adjudicator shares: the item's lock, who may decide, a reason, the state."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.access import May
from accounts.models import User
from annotation.models import Item, Rater, Rating, Reveal, Study, StudyRater, Verdict
from annotation.standing import standing_of
from core.errors import DomainError, InvalidError, NotAllowedError
from core.text import storable

MAX_REASON = 4_000


def has_rated(user: User, item: Item) -> bool:
    return Rating.objects.filter(item=item, rater__user=user, current=True).exists()


def may_still_rate(user: User, item: Item) -> bool:
    """Whether the person's own rating of the item may still come or change, and would be blind.

    Whoever sees the others' ratings before that does not rate blindly; whoever asked to see them
    all the same has given that up.
    """
    return item.pk in still_blind(user, item.study, [item.pk])


def still_blind(user: User, study: Study, items: Collection[int]) -> set[int]:
    """Those items of a study of which `may_still_rate` is true."""
    return set(blind_to(user, study).filter(pk__in=items).values_list("pk", flat=True))


def blind_to(user: User, study: Study) -> QuerySet[Item]:
    """All of them."""
    if study.state == Study.State.CLOSED:
        return Item.objects.none()
    raters = _raters_of(user, study)
    seen = Reveal.objects.filter(item=OuterRef("pk"), rater__in=raters)
    rows = Item.objects.filter(~Exists(seen), study=study)
    decided = Verdict.objects.filter(item=OuterRef("pk"), source=Verdict.Source.ADJUDICATION)
    own = Rating.objects.filter(rater__in=raters, current=True)
    if not comes_to(user, study):  # begins at their few ratings, not at all items
        return rows.filter(~Exists(decided), pk__in=own.filter(item__study=study).values("item"))
    rated = Exists(own.filter(item=OuterRef("pk")))
    may_change, may_come = rated & ~Exists(decided), ~rated & Q(state=Item.State.OPEN)
    return rows.filter(may_change | may_come)


def _raters_of(user: User, study: Study) -> list[int]:
    """By their keys: through a join the planner cannot tell few ratings from all."""
    own = Rater.objects.filter(user=user, project=study.project_id)
    return list(own.values_list("pk", flat=True))


def comes_to(user: User, study: Study) -> bool:
    """Whether a person rates in a study, or takes a place by the first visit."""
    if StudyRater.objects.filter(study=study, rater__user=user).exists():
        return True
    return (
        may_join(study)
        and study.project.team.memberships.filter(user=user, role__in=May.RATE.value).exists()
    )


def may_join(study: Study) -> bool:
    """Whether whoever may rate in the team takes a place among the raters by coming."""
    return (
        study.open_to == Study.OpenTo.EVERYONE
        and study.state == Study.State.OPEN
        and not study.imported
    )


def refuse_unblinding(user: User, item: Item) -> None:
    """For doors that answer programs: what a page hides, they refuse."""
    if may_still_rate(user, item):
        raise DomainError(
            _(
                "You may still rate item %(seq)d of “%(study)s”, so its ratings are hidden from "
                "you. Open its page and ask to see them; what you say of it afterwards is kept "
                "apart."
            )
            % {"seq": item.seq, "study": item.study}
        )


def refuse_own(actor: User, item: Item) -> None:
    if not item.study.adjudicate_own and has_rated(actor, item):
        raise NotAllowedError(
            _(
                "You rated item %(seq)d yourself, so somebody else settles it. "
                "Study “%(study)s” does not let raters decide on their own items."
            )
            % {"seq": item.seq, "study": item.study}
        )


def locked(item: Item) -> Item:
    item = row_locked(item)
    if item.state == Item.State.OPEN:
        raise still_open(item)
    return item


def row_locked(item: Item) -> Item:
    return (
        Item.objects.select_for_update(of=("self",))
        .select_related("study__project", "study__rubric_version__rubric", "conversation")
        .get(pk=item.pk)
    )


def still_open(item: Item) -> DomainError:
    """Why nobody decides yet; once the study is closed, what to do first."""
    if item.study.state == Study.State.CLOSED:
        words = _(
            "Item %(seq)d has fewer ratings than planned. Its study is closed, so take it up with "
            "the ratings it has; then it can be settled."
        )
    else:
        words = _("Item %(seq)d still takes ratings. It can be settled when all of them are in.")
    return DomainError(words % {"seq": item.seq})


def restate(item: Item, now: datetime) -> Item:
    standing = standing_of(item)
    moot = [verdict.pk for key, verdict in standing.verdicts.items() if standing.is_hidden(key)]
    if moot:
        Verdict.objects.filter(pk__in=moot).update(current=False)
        standing = standing_of(item)
    was_settled = item.state == Item.State.SETTLED and item.settled_at is not None
    item.state = standing.state
    if item.state != Item.State.SETTLED:
        item.settled_at = None
    elif not was_settled:
        item.settled_at = now
    item.save(update_fields=["state", "settled_at"])
    return item


def checked_reason(text: str, missing: str = "") -> str:
    reason = text.strip()
    if not reason:
        words = missing or _("Say why. The reason becomes part of the item's history.")
    elif len(reason) > MAX_REASON:
        words = _("The reason has %(n)d characters, and %(limit)d are allowed. Shorten it.") % {
            "n": len(reason),
            "limit": MAX_REASON,
        }
    elif not storable(reason):
        words = _("The reason holds a character that cannot be stored. Type it again.")
    else:
        return reason
    raise InvalidError(words, fields={"reason": words})
