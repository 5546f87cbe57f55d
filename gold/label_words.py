"""Labels as a reader knows them: the names of criteria and the words of points, not their keys."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annotation.criteria import spoken
from annotation.models import Criterion
from core.phrases import enumerated, labelled


@dataclass(frozen=True)
class LabelWords:
    """What rubrics call their criteria and points; a key that two call differently stays a key."""

    names: Mapping[str, str]
    points: Mapping[tuple[str, str], str]

    def name(self, criterion: str) -> str:
        return self.names.get(criterion, criterion)

    def said(self, criterion: str, value: Any) -> str:
        """A value as a label holds it: a point, a number, several, or one for each unit."""
        if isinstance(value, Mapping):
            said = self.said(criterion, value.get("value"))
            where = enumerated(_places(value))
            return labelled(where, said) if where else said
        if isinstance(value, list):
            return enumerated(self.said(criterion, one) for one in value) or "–"
        if value is None or value == "":
            return "–"
        return self.points.get((criterion, str(value)), str(value))


def label_words(criteria: Iterable[Criterion]) -> LabelWords:
    names, points = defaultdict(set), defaultdict(set)
    for one in criteria:
        names[one.key].add(spoken(one.name, one.key))
        for point in one.points:
            words = spoken(point["label"], point["key"])
            points[one.key, point["key"]].add(words)
    return LabelWords(_certain(names), _certain(points))


def label_words_of(versions: Iterable[str]) -> LabelWords:
    """By the uids of rubric versions."""
    return label_words(Criterion.objects.filter(version__uid__in=versions))


def _certain(found: Mapping[Any, set[str]]) -> dict[Any, str]:
    return {key: next(iter(words)) for key, words in found.items() if len(words) == 1}


def _places(unit: Mapping[str, Any]) -> list[str]:
    """Where in the item a unit is, as people count."""
    if "answers" in unit:
        return [str(place + 1) for place in unit["answers"]]
    names = {"turn": _("turn %(n)d"), "passage": _("passage %(n)d")}
    return [words % {"n": unit[name] + 1} for name, words in names.items() if name in unit]
