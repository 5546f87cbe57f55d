"""How a study gives out its items, as sentences for its page."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.blocks import Blocks
from annotation.lanes import Lane, lanes_in
from annotation.models import Study
from annotation.services.lane_raters import named_lanes
from core.phrases import consecutive
from core.templatetags.numerals import thousands


@dataclass(frozen=True)
class Giving:
    """Sentences in the order in which one asks; `lanes` only where a person wrote them."""

    sentences: list[str]
    lanes: list[Lane]


def giving_of(study: Study) -> Giving:
    is_blocks = study.policy == Study.Policy.BLOCKS
    return Giving(
        sentences=[_who(study), _order(study), *_one_more(study)],
        lanes=[] if is_blocks else named_lanes(study),
    )


def _who(study: Study) -> str:
    if study.open_to == Study.OpenTo.EVERYONE:
        return _("Everyone in the team who may rate can rate here, from their first visit on.")
    return _("Raters on the list rate.")


def _order(study: Study) -> str:
    match study.policy:
        case Study.Policy.SHUFFLED:
            return _("Each rater begins at a place of their own in the order of the draw.")
        case Study.Policy.BLOCKS if study.lanes:
            return _blocks(study)
        case Study.Policy.BLOCKS:
            return _(
                "Balanced blocks are made of the raters when the study opens: every two of them "
                "share about equally many items."
            )
        case _:
            return _("Items come in the order of the draw.")


def _blocks(study: Study) -> str:
    design = Blocks.of([lane.raters for lane in lanes_in(study.lanes)], seed=0)
    blocks = ngettext(
        "Items are dealt to %(blocks)s balanced block of %(k)d raters.",
        "Items are dealt to %(blocks)s balanced blocks of %(k)d raters each.",
        len(design.blocks),
    ) % {"blocks": thousands(len(design.blocks)), "k": study.overlap}
    fewest, most = design.fewest_meetings, design.most_meetings
    if fewest == most:
        meet = ngettext(
            "Every two raters meet in %(n)d of them.",
            "Every two raters meet in %(n)d of them.",
            most,
        ) % {"n": most}
    else:
        meet = _("Every two raters meet in %(fewest)d to %(most)d of them.") % {
            "fewest": fewest,
            "most": most,
        }
    return consecutive([blocks, meet])


def _one_more(study: Study) -> list[str]:
    if study.overlap_max is None:
        return []
    return [
        _(
            "Where the first %(k)d disagree, one rater more is asked at a time, up to %(most)d. "
            "Agreement is computed on the first %(k)d only."
        )
        % {"k": study.overlap, "most": study.overlap_max}
    ]
