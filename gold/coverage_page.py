"""Coverage in words, for its page and for the page of a release."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from conversations.models import Conversation
from core.languages import language_name
from core.phrases import enumerated
from core.templatetags.numerals import percent, thousands
from gold.coverage import Next

VALUES_SHOWN = 12
GAP = 0.05
"""From so large a share on, a value that gold is short of is named."""


@dataclass(frozen=True)
class ValueLine:
    value: str
    gold: float
    production: float
    is_short: bool


@dataclass(frozen=True)
class SliceLine:
    name: str
    total_variation: Mapping[str, Any]
    jensen_shannon: Mapping[str, Any]
    by_chance: float | None
    is_beyond_chance: bool
    values: list[ValueLine]
    n_more: int


@dataclass(frozen=True)
class CoverageShown:
    finding: str
    gold: int
    production: int
    slices: list[SliceLine]
    sources: str


@dataclass(frozen=True)
class NextLine:
    conversation: Conversation
    because: str


def coverage_shown(data: Mapping[str, Any]) -> CoverageShown | None:
    """None where a release states none."""
    if not data:
        return None
    slices = [slice_line(one) for one in data["slices"]]
    return CoverageShown(
        finding_of(slices, data), data["gold"], data["production"], slices, sources_in(data)
    )


def sources_in(data: Mapping[str, Any]) -> str:
    """That conversations of one source count as one; "" where each has its own, or none knew."""
    groups, others = data.get("gold_groups"), data.get("production_groups")
    if groups is None or others is None:
        return ""
    if groups == data["gold"] and others == data["production"]:
        return ""
    return _(
        "What chance alone does is reckoned as if each source were one conversation: "
        "%(groups)s sources of %(gold)s in gold, %(others)s of %(production)s in production."
    ) % {
        "groups": thousands(groups),
        "gold": thousands(data["gold"]),
        "others": thousands(others),
        "production": thousands(data["production"]),
    }


def finding_of(slices: Sequence[SliceLine], data: Mapping[str, Any]) -> str:
    """The largest gap in a sentence."""
    if not data["production"]:
        return _("No conversation came in during this time, so there is nothing to compare with.")
    if not data["gold"]:
        return _("The dataset holds nothing yet, so all that comes in is missing.")
    gaps = [
        (one.production - one.gold, line, one)
        for line in slices
        if line.is_beyond_chance
        for one in line.values
        if one.is_short
    ]
    if not gaps:
        return _("The dataset looks like what comes in: no slice is farther off than by chance.")
    _gap, line, one = max(gaps, key=lambda gap: gap[0])
    return _("%(slice)s “%(value)s” is the gap: %(theirs)s of production, %(ours)s of gold.") % {
        "slice": line.name,
        "value": one.value,
        "theirs": percent(one.production),
        "ours": percent(one.gold),
    }


def slice_line(data: Mapping[str, Any]) -> SliceLine:
    variation, chance = data["total_variation"], data["by_chance"]
    beyond = None not in (variation["value"], chance) and variation["value"] > chance
    values = [
        ValueLine(
            value=value_name(data["slice"], one["value"]),
            gold=one["gold_share"],
            production=one["production_share"],
            is_short=beyond and one["production_share"] - one["gold_share"] >= GAP,
        )
        for one in data["values"][:VALUES_SHOWN]
    ]
    return SliceLine(
        name=slice_name(data["slice"]),
        total_variation=variation,
        jensen_shannon=data["jensen_shannon"],
        by_chance=chance,
        is_beyond_chance=beyond,
        values=values,
        n_more=max(0, len(data["values"]) - VALUES_SHOWN),
    )


def slice_name(key: str) -> str:
    known = {
        "variant": _("Variant"),
        "language": _("Language"),
        "length": _("Turns"),
        "feedback": _("Thumb of the end user"),
    }
    return known.get(key, key.removeprefix("meta."))


def value_name(slice_key: str, value: str) -> str:
    if slice_key == "feedback":
        return {"down": _("down"), "up": _("up"), "none": _("none")}.get(value, value)
    if slice_key == "language":
        value = language_name(value)
    return value or _("not told")


def next_rows(found: Sequence[Next]) -> Iterator[list[Any]]:
    """A table with its head; a shortage is a share of what comes in."""
    yield ["place", "conversation", "question", "language", "variant", "group", "short_of"]
    for place, one in enumerate(found, start=1):
        said = one.conversation
        short = "; ".join(f"{key}={value} {share:.4f}" for key, value, share in one.shortages)
        variant = said.variant.name if said.variant else ""
        group = "" if said.group_key == said.external_id else said.group_key
        yield [place, said.external_id, said.title, said.language, variant, group, short]


def next_lines(found: Sequence[Next]) -> list[NextLine]:
    return [
        NextLine(
            one.conversation,
            enumerated(
                _("%(slice)s %(value)s (−%(share)s)")
                % {
                    "slice": slice_name(key),
                    "value": value_name(key, value),
                    "share": percent(share),
                }
                for key, value, share in one.shortages[:2]
            ),
        )
        for one in found
    ]
