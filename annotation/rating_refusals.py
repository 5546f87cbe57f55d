"""Why a rating of a file is not taken into a study, as sentences."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from annotation.answers import Given
from annotation.models import Item, Score, Study
from conversations.importers import ParsedRating, RefusedError


def not_in_study(parsed: ParsedRating, study: Study) -> RefusedError:
    return RefusedError(
        "not_in_study",
        _("Conversation “%(id)s” is no item of study “%(study)s”. Draw it into the study, or "
          "import the ratings into a study of their own.")
        % {"id": parsed.external_id[:120], "study": study},
    )  # fmt: skip


def full(parsed: ParsedRating, item: Item) -> RefusedError:
    return RefusedError(
        "item_full",
        _("The item of “%(id)s” has or awaits its %(k)d ratings. Import the ratings into a study "
          "of their own.")
        % {"id": parsed.external_id[:120], "k": item.slots_total},
    )  # fmt: skip


def another(parsed: ParsedRating, given: Iterable[Given], standing: int | None) -> RefusedError:
    """Another judgement of the same rater on the same item; both are shown."""
    facts = {
        "rater": parsed.rater[:60],
        "id": parsed.external_id[:120],
        "new": _shown((one.criterion.key, one.unit, one.value, one.number) for one in given),
    }  # fmt: skip
    if standing is None:
        return RefusedError(
            "rated_twice",
            _("Rater “%(rater)s” rates “%(id)s” twice in this file; this one says %(new)s. Keep "
              "one of the two, or let the rows of one rating stand together.")
            % facts,
        )  # fmt: skip
    scores = Score.objects.filter(rating=standing).order_by("pk")
    facts["old"] = _shown(
        (criterion, (turn, passage), value, number)
        for criterion, turn, passage, value, number in scores.values_list(
            "criterion__key", "turn", "passage", "value", "number"
        )
    )
    return RefusedError(
        "rated_before",
        _("Rater “%(rater)s” has rated “%(id)s” before: %(old)s; this one says %(new)s. "
          "Leave it out, or import with revisions allowed.")
        % facts,
    )  # fmt: skip


def _shown(scores: Iterable[tuple[str, tuple[int, int], int | None, float | None]]) -> str:
    """A few scores in words, by stored position or number, for a sentence."""
    parts = []
    for key, unit, value, number in scores:
        where = "".join(f".{part}" for part in unit if part >= 0)
        said = f"{number:g}" if number is not None else "–" if value is None else f"#{value}"
        parts.append(f"{key}{where} {said}")
    return ", ".join(parts[:8]) + (" …" if len(parts) > 8 else "")
