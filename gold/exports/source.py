"""What an export reads: a release and its lines, in pages and in the manifest's order.

Formats know no database beyond this, so that each can be tried on a list of payloads.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from annotation.models import RubricVersion
from core.errors import InvalidError
from core.scales import Level
from gold.exports.reading import names_of_files, split_of, tier_of
from gold.models import GoldDataset, Release

PAGE = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """One criterion of a rubric version: what its labels mean."""

    key: str
    name: Mapping[str, str]
    level: str
    points: tuple[str, ...] = ()

    @property
    def is_ordered(self) -> bool:
        return self.level != Level.NOMINAL


Rubrics = Mapping[str, Mapping[str, Asked]]
"""Criteria by their keys, by the uid of the rubric version."""


@dataclass(frozen=True, slots=True)
class Line:
    """One item as the release holds it."""

    position: int
    uid: str
    content_hash: str
    payload: dict[str, Any]


Read = Callable[[Collection[int] | None], Iterator[Line]]
"""All lines, or those at some positions."""


@dataclass(frozen=True)
class Source:
    """A release, or the part of it in one split or tier."""

    release: Release
    read: Read
    rubrics: Rubrics = field(default_factory=dict)
    split: str = ""
    tier: str = ""
    bar: str = ""
    """CRITERION=POINT that an answer reached when it was judged, to be expected of others."""

    def lines(self) -> Iterator[Line]:
        lines = self.read(None)
        return filter(self._holds, lines) if self.part else lines

    def at(self, positions: Collection[int]) -> dict[int, Line]:
        """Lines that were seen before, once more."""
        return {line.position: line for line in self.read(positions)}

    @property
    def part(self) -> dict[str, str]:
        """What was asked for, if it is not all."""
        asked = {"split": self.split, "tier": self.tier, "answers": self.bar}
        return {name: value for name, value in asked.items() if value}

    @property
    def name(self) -> str:
        parts = [self.release.dataset.slug, f"release-{self.release.number}", *self.part.values()]
        return "-".join(parts).replace("=", "-")

    def file_of(self, payload: Mapping[str, Any], pattern: str) -> str:
        """The file of the item's split; `{}` stands for a name that no other split has."""
        split = split_of(payload)
        if split not in self._files:
            self._files.update(names_of_files([split]))
        return pattern.format(self._files[split])

    @cached_property
    def _files(self) -> dict[str, str]:
        """By split, as the release states them; an older one states none."""
        return names_of_files(self.release.datasheet.get("splits", ()))

    def criterion(self, payload: Mapping[str, Any], key: str) -> Asked | None:
        return self.rubrics.get(payload["rubric"]["uid"], {}).get(key)

    def _holds(self, line: Line) -> bool:
        payload = line.payload
        return (not self.split or split_of(payload) == self.split) and (
            not self.tier or tier_of(payload) == self.tier
        )


def source_of(
    release: Release,
    *,
    split: str = "",
    tier: str = "",
    bar: str = "",
    seen: Callable[[int], None] = lambda n: None,
) -> Source:
    """`seen` hears after each page how many items were read in it.

    Raises:
        InvalidError: No rubric of the release has the point that the bar names.
    """

    def read(positions: Collection[int] | None) -> Iterator[Line]:
        return lines_of(release, positions, seen)

    rubrics = rubrics_of(release)
    if bar:
        refuse_unknown(bar, rubrics)
    return Source(release, read, rubrics, split, tier, bar)


def refuse_unknown(bar: str, rubrics: Rubrics) -> None:
    known = {
        f"{one.key}={point}": None
        for criteria in rubrics.values()
        for one in criteria.values()
        for point in one.points
    }
    if bar not in known:
        raise InvalidError(
            _("“%(bar)s” is no criterion with a point of this release. Choose one of %(known)s.")
            % {"bar": bar[:80], "known": ", ".join(known)}
        )


def lines_of(
    release: Release, positions: Collection[int] | None, seen: Callable[[int], None]
) -> Iterator[Line]:
    """The payload comes as text, which `orjson` parses in a fraction of the time of a JSON field.

    Pages go by the position, so that memory stays the same at any size.
    """
    rows = release.items.order_by("position").values_list(
        "position", "gold_item__uid", "content_hash", Cast("payload", TextField())
    )
    if positions is not None:
        rows = rows.filter(position__in=positions)
    last = -1
    while page := list(rows.filter(position__gt=last)[:PAGE]):
        for position, uid, content_hash, text in page:
            yield Line(position, str(uid), content_hash, orjson.loads(text))
        last = page[-1][0]
        seen(len(page))


def rubrics_of(release: Release) -> Rubrics:
    uids = [one["uid"] for one in release.rubric_versions]
    versions = RubricVersion.objects.filter(uid__in=uids).prefetch_related("criteria")
    return {
        str(version.uid): {
            one.key: Asked(
                one.key, one.name, one.level, tuple(point["key"] for point in one.points)
            )
            for one in version.criteria.all()
        }
        for version in versions
    }


def release_named(dataset: GoldDataset, number: int | None) -> Release:
    """The numbered release, or the newest."""
    releases = dataset.releases.select_related("parent", "dataset").order_by("-number")
    found = releases.filter(number=number).first() if number else releases.first()
    if found is None:
        raise InvalidError(
            _("“%(dataset)s” has no release %(number)d.") % {"dataset": dataset, "number": number}
            if number
            else _("“%(dataset)s” has no release yet. Publish one first.") % {"dataset": dataset}
        )
    return found
