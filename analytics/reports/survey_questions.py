"""Every question of a survey with the figure that suits its type, from counts made by SQL."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Count, Max, Min
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from analytics.reports.feedback_measures import FEWEST, Measure, share
from analytics.reports.survey_people import SurveyWanted
from analytics.reports.survey_scores import measured
from surveys.documents import Document
from surveys.models import Survey
from surveys.questions import SIDES, TEXT_TYPES, THUMBS, Question, Type, positions
from surveys.survey_words import said

SIDE_WORDS = (_("the first"), _("the second"), _("a tie"), _("both bad"))
THUMB_WORDS = (_("down"), _("up"))

Counts = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Bar:
    """One possible answer: how many gave it, and their share of those who answered."""

    label: Any
    n: int
    share: Measure


@dataclass(frozen=True, slots=True)
class RowFigure:
    """One row of a matrix, an item of a block, or an option to be ranked."""

    label: str
    n: int
    counts: Sequence[int]
    mean: Measure


@dataclass(frozen=True, slots=True)
class QuestionFigure:
    """What was answered to one question.

    Attributes:
        n: People who answered it.
        missing: People of its versions who did not: they left it out, or it was not shown to them.
        bars: Answers of questions that have a few; together more than all where several may be
            chosen.
        rows: Of a matrix, a block or a ranking.
        points: What the columns of the rows are called.
        mean: Of points or free numbers.
        span: Lowest and highest free number.
        words: How many wrote something.
    """

    question: Question
    title: str
    n: int
    missing: int
    versions: Sequence[int]
    bars: Sequence[Bar] = ()
    rows: Sequence[RowFigure] = ()
    points: Sequence[str] = ()
    mean: Measure | None = None
    span: tuple[float, float] | None = None
    words: int = 0
    characters: int | None = None

    @property
    def counts(self) -> list[int]:
        return [bar.n for bar in self.bars]

    @property
    def names(self) -> list[Any]:
        return [bar.label for bar in self.bars]

    @property
    def is_scale(self) -> bool:
        return bool(self.question.points) and not self.rows


@dataclass(slots=True)
class Raw:
    """What SQL counted of one question, over the versions that ask it alike."""

    people: int = 0
    values: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    words: int = 0
    characters: int | None = None
    number: tuple[int, float, float, float] | None = None


def figures_of(
    survey: Survey,
    wanted: SurveyWanted,
    documents: Mapping[int, Document],
    people: Mapping[int, int],
    locale: str,
) -> list[QuestionFigure]:
    """The questions of the newest of these versions, each over the versions that ask it alike.

    Args:
        survey: Whose answers.
        wanted: Which responses.
        documents: Of the versions with responses, by number.
        people: Responses of each version.
        locale: Of the reader.
    """
    if not documents:
        return []
    newest = documents[max(documents)]
    only = next(iter(documents)) if len(documents) == 1 else None
    counted = _counted(survey, wanted, newest.questions, only)
    found = []
    for question in newest.questions:
        if not question.is_asked:
            continue
        versions = [
            number
            for number, document in sorted(documents.items())
            if asks_alike(question, document.question(question.name))
        ]
        raw = _joined(counted, question.name, versions)
        asked = sum(people.get(number, 0) for number in versions)
        found.append(_figure(question, raw, asked, versions, locale))
    return found


def asks_alike(question: Question, other: Question | None) -> bool:
    """Whether answers of two versions may be counted together."""
    return other is not None and (
        (question.type, question.points, question.parts, question.items, question.is_number)
        == (other.type, other.points, other.parts, other.items, other.is_number)
        and all(
            positions(options) == positions(others)
            for options, others in (
                (question.choices, other.choices),
                (question.columns, other.columns),
            )
        )
    )


def _counted(
    survey: Survey, wanted: SurveyWanted, questions: Sequence[Question], only: int | None
) -> dict[tuple[int, str], Raw]:
    """Counts by version and question; with one version alone no row of a response is looked at."""
    found: dict[tuple[int, str], Raw] = defaultdict(Raw)
    answers = wanted.answers(survey)
    keys = ("question",) if only else ("response__version__number", "question")

    def raw_of(row: Mapping[str, Any]) -> Raw:
        return found[only or row["response__version__number"], row["question"]]

    counts = answers.filter(value__isnull=False).values(*keys, "part", "value")
    for row in counts.annotate(n=Count("pk")):
        raw = raw_of(row)
        raw.values[row["part"]][row["value"]] = row["n"]
        raw.people += row["n"]
    several = [q.name for q in questions if q.parts or q.type in (Type.MULTI, Type.RANKING)]
    people = answers.filter(question__in=several).values(*keys)
    for row in people.annotate(n=Count("response", distinct=True)):
        raw_of(row).people = row["n"]
    texts = [q.name for q in questions if q.type in TEXT_TYPES or q.other is not None]
    written = answers.filter(question__in=texts).exclude(text="").values(*keys)
    for row in written.annotate(n=Count("pk"), length=Avg(Length("text"))):
        raw = raw_of(row)
        raw.words, raw.characters = row["n"], round(row["length"] or 0)
    free = [q.name for q in questions if q.is_number]
    numbers = answers.filter(question__in=free, number__isnull=False).values(*keys)
    spans = numbers.annotate(
        n=Count("pk"), mean=Avg("number"), low=Min("number"), high=Max("number")
    )
    for row in spans:
        raw_of(row).number = (row["n"], row["mean"], row["low"], row["high"])
    for raw in found.values():
        raw.people = raw.people or (raw.number[0] if raw.number else raw.words)
    return found


def _joined(counted: Mapping[tuple[int, str], Raw], name: str, versions: Iterable[int]) -> Raw:
    whole = Raw()
    for number in versions:
        raw = counted.get((number, name))
        if raw is None:
            continue
        whole.people += raw.people
        for part, counts in raw.values.items():
            for value, n in counts.items():
                whole.values[part][value] = whole.values[part].get(value, 0) + n
        if raw.words:
            total = whole.words + raw.words
            before = (whole.characters or 0) * whole.words
            whole.characters = round((before + (raw.characters or 0) * raw.words) / total)
            whole.words = total
        if raw.number:
            n, mean, low, high = whole.number or (0, 0.0, raw.number[2], raw.number[3])
            total = n + raw.number[0]
            mean = (n * mean + raw.number[0] * raw.number[1]) / total
            whole.number = (total, mean, min(low, raw.number[2]), max(high, raw.number[3]))
    return whole


def _figure(
    question: Question, raw: Raw, asked: int, versions: Sequence[int], locale: str
) -> QuestionFigure:
    made: dict[str, Any] = {}
    single = raw.values.get("", {})
    match question.type:
        case Type.THUMB:
            made["bars"] = _bars(zip(THUMB_WORDS, range(len(THUMBS)), strict=True), single)
        case Type.PAIRWISE:
            made["bars"] = _bars(zip(SIDE_WORDS, range(len(SIDES)), strict=True), single)
        case Type.SINGLE:
            at = positions(question.choices)
            named = [(said(o.text, locale), at[o.value]) for o in question.choices]
            made["bars"] = _bars(named, single)
        case Type.MULTI:
            made["bars"] = [
                _bar(said(o.text, locale), raw.values.get(o.value, {}).get(1, 0), raw.people)
                for o in question.choices
            ]
        case Type.MATRIX | Type.SUS:
            made.update(_rows(question, raw, locale))
        case Type.RANKING:
            made.update(_ranks(question, raw, locale))
        case Type.STATEMENT:
            made["bars"] = [_bar(_("agreed"), single.get(1, 0), asked)]
        case _ if question.points:
            named = [(_point(question, point, locale), point) for point in question.points]
            made["bars"] = _bars(named, single)
            made["mean"] = mean_of_counts(single)
        case _ if question.is_number and raw.number:
            n, mean, low, high = raw.number
            shown = Measure(_("mean"), "mean", n, mean) if n >= FEWEST else Measure("", "mean", n)
            made.update(mean=shown, span=(low, high) if n >= FEWEST else None)
    return QuestionFigure(
        question,
        said(question.title, locale),
        raw.people,
        max(0, asked - raw.people),
        versions,
        words=raw.words,
        characters=raw.characters,
        **made,
    )


def _point(question: Question, point: int, locale: str) -> str:
    label = question.label(point, locale)
    return f"{point} {label}" if label and label != str(point) else str(point)


def _bar(label: Any, some: int, n: int) -> Bar:
    return Bar(label, some, share(label, min(some, n), n))


def _bars(named: Iterable[tuple[Any, int]], counts: Counts) -> list[Bar]:
    n = sum(counts.values())
    return [_bar(label, counts.get(value, 0), n) for label, value in named]


def mean_of_counts(counts: Counts) -> Measure:
    from analytics.stats.feedback.scores import mean_of_counts as mean

    values = sorted(counts)
    found = mean([counts[value] for value in values], values)
    return measured(_("mean"), "mean", found)


def _rows(question: Question, raw: Raw, locale: str) -> dict[str, Any]:
    """Of a matrix or a block: how each row was answered, low to high."""
    if question.type == Type.SUS:
        labels = [(part, question.item(part, locale)) for part in question.parts]
        points = [(point, _point(question, point, locale)) for point in question.points]
    else:
        at = positions(question.columns)
        labels = [(row.value, said(row.text, locale)) for row in question.rows]
        points = [(at[c.value], said(c.text, locale)) for c in question.columns]
    rows = []
    for part, label in labels:
        counts = raw.values.get(part, {})
        each = [counts.get(point, 0) for point, _name in points]
        rows.append(RowFigure(label, sum(each), each, mean_of_counts(counts)))
    return {"rows": rows, "points": [name for _point_, name in points]}


def _ranks(question: Question, raw: Raw, locale: str) -> dict[str, Any]:
    """Of a ranking: how often each option came in each place; the best mean place first."""
    places = range(1, len(question.choices) + 1)
    rows = []
    for option in question.choices:
        counts = raw.values.get(option.value, {})
        each = [counts.get(place, 0) for place in places]
        rows.append(RowFigure(said(option.text, locale), sum(each), each, mean_of_counts(counts)))
    rows.sort(key=lambda row: row.mean.value if row.mean.value is not None else 99)
    return {"rows": rows, "points": [str(place) for place in places]}
