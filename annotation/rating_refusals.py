"""Why a rating of a file is not taken into a study, as sentences."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from annotation.answers import Given
from annotation.criteria import scale_of
from annotation.models import Criterion, Item, Score, Study
from conversations.importers import LineError, ParsedRating, RefusedError
from core.scales import Stored, decode

SHOWN = 8


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


def in_progress(parsed: ParsedRating, item: Item) -> RefusedError:
    return RefusedError(
        "in_progress",
        _("“%(id)s” is being rated by “%(rater)s” at this moment. Import the file again once item "
          "%(seq)d is submitted or given back.")
        % {"id": parsed.external_id[:120], "rater": parsed.rater[:60], "seq": item.seq},
    )  # fmt: skip


def other_layer(parsed: ParsedRating) -> LineError:
    """What an export holds beside blind ratings would count as blind here; it is left out."""
    return RefusedError(
        "other_layer",
        _("The rating of “%(id)s” lies in the layer “%(layer)s” and is left out: only blind "
          "ratings are taken, and those of one rater more.")
        % {"id": parsed.external_id[:120], "layer": parsed.layer[:60]},
        notice=True,
    ).at(parsed.file, parsed.line)  # fmt: skip


def another(parsed: ParsedRating, given: Iterable[Given], standing: int | None) -> RefusedError:
    """Another judgement of the same rater on the same item; both are shown."""
    facts = {
        "rater": parsed.rater[:60],
        "id": parsed.external_id[:120],
        "new": _shown((one.criterion, one.unit, Stored(one.value, one.number)) for one in given),
    }
    if standing is None:
        return RefusedError(
            "rated_twice",
            _("Rater “%(rater)s” rates “%(id)s” twice in this file; this one says %(new)s. Keep "
              "one of the two, or let the rows of one rating stand together.")
            % facts,
        )  # fmt: skip
    scores = Score.objects.filter(rating=standing).select_related("criterion").order_by("pk")
    facts["old"] = _shown(
        (score.criterion, (score.turn, score.passage), Stored(score.value, score.number))
        for score in scores
    )
    return RefusedError(
        "rated_before",
        _("Rater “%(rater)s” has rated “%(id)s” before: %(old)s; this one says %(new)s. "
          "Leave it out, or import with revisions allowed.")
        % facts,
    )  # fmt: skip


def _shown(scores: Iterable[tuple[Criterion, tuple[int, int], Stored]]) -> str:
    """The first scores of a rating, as a sentence can hold them."""
    parts = []
    for criterion, unit, stored in scores:
        where = "".join(f".{part}" for part in unit if part >= 0)
        parts.append(f"{criterion.key}{where} {_said(criterion, stored)}")
    return ", ".join(parts[:SHOWN]) + (" …" if len(parts) > SHOWN else "")


def _said(criterion: Criterion, stored: Stored) -> str:
    if stored == Stored():
        return "–"
    if criterion.points_from:  # labels of the conversation's own, known by their places
        return f"{stored.value:b}"
    answer = decode(scale_of(criterion), stored)
    return ", ".join(answer) if isinstance(answer, tuple) else f"{answer}"
