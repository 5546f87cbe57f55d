"""What lets an output of a run pass when people judge it: a criterion, and what of it is enough.

Every kind of question that judges one answer has bars of its own. Free text has none, passages and
pairs are no single answer, and labels that each conversation brings are another question each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from annotation.criteria import spoken
from annotation.models import Criterion, RubricVersion
from core.phrases import labelled
from core.scales import Kind, Target
from gold.models import Release, RunStudy

How = RunStudy.How
OF_AN_ANSWER = (Target.CONVERSATION, Target.TURN)


@dataclass(frozen=True, slots=True)
class Bar:
    """`at_least` is the position of a point or a label; a number has its bar in `number`."""

    criterion: Criterion
    how: str
    at_least: int = 0
    number: float | None = None

    @property
    def name(self) -> str:
        return f"{self.criterion.pk}:{self.how}:{self.at_least}"

    @property
    def words(self) -> str:
        name = spoken(self.criterion.name, self.criterion.key)
        match self.how:
            case How.NUMBER:
                return f"{name} ≥ {'…' if self.number is None else f'{self.number:g}'}"
            case How.NONE:
                return labelled(name, _("none of the labels"))
            case How.WITHOUT:
                return labelled(name, _("not “%(label)s”") % {"label": self._point})
            case How.LEAST:
                return f"{name} ≥ {self._point}"
        return labelled(name, self._point)

    @property
    def _point(self) -> str:
        point = self.criterion.points[self.at_least]
        return spoken(point["label"], point["key"])

    def at(self, number: float | None) -> "Bar":
        return replace(self, number=number) if self.how == How.NUMBER else self

    def lets_pass(self, value: int | None, number: float | None) -> bool | None:
        """Of what people settled, as it is stored; None where they settled nothing to go by.

        A mean of positions is held against the position too.
        """
        place = value if number is None else number
        if place is None:
            return None
        match self.how:
            case How.NUMBER:
                return self.number is not None and place >= self.number
            case How.LEAST:
                return place >= self.at_least
            case How.IS:
                return place == self.at_least
            case How.NONE:
                return place == 0
        ticked = bool(int(place) >> self.at_least & 1)
        return ticked == (self.how == How.WITH)


def bars_of(release: Release) -> list[tuple[RubricVersion, list[Bar]]]:
    """By rubric version of the release; of two answers side by side none is judged alone."""
    uids = [one["uid"] for one in release.rubric_versions]
    versions = RubricVersion.objects.filter(uid__in=uids).select_related("rubric")
    found = []
    for version in versions.prefetch_related("criteria").order_by("-pk"):
        criteria = list(version.criteria.all())
        if any(one.target == Target.PAIR for one in criteria):
            continue
        if bars := [bar for one in criteria for bar in bars_for(one)]:
            found.append((version, bars))
    return found


def bars_for(criterion: Criterion) -> Iterator[Bar]:
    """A point from which all pass is no bar."""
    if criterion.target not in OF_AN_ANSWER or criterion.points_from:
        return
    places = range(len(criterion.points))
    match criterion.kind:
        case Kind.ORDINAL:
            yield from (Bar(criterion, How.LEAST, place) for place in places[1:])
        case Kind.BINARY | Kind.NOMINAL:
            yield from (Bar(criterion, How.IS, place) for place in reversed(places))
        case Kind.NUMERIC:
            yield Bar(criterion, How.NUMBER)
        case Kind.MULTI:
            yield Bar(criterion, How.NONE)
            for how in (How.WITHOUT, How.WITH):
                yield from (Bar(criterion, how, place) for place in places)


def tells_apart(criterion: Criterion, number: float) -> bool:
    """Whether some answers to it reach the number and others may not."""
    low, high = criterion.minimum, criterion.maximum
    return (low is None or low < number) and (high is None or number <= high)


def bar_of(study: RunStudy) -> Bar | None:
    """What was chosen when the outputs were put before raters."""
    version = study.study.rubric_version
    found = version.criteria.filter(key=study.criterion).first()
    return Bar(found, study.how, study.at_least, study.number) if found else None
