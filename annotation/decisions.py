"""An adjudicator's decision on one item: whether it is whole, and which verdicts it changes.

Nothing here touches the database: a decision is held against the item's `Standing`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.answers import Answer, Checked, Given, Unit, check
from annotation.criteria import spoken
from annotation.models import Criterion, Verdict
from annotation.services.settling import Key
from annotation.standing import Standing
from core.errors import DomainError, InvalidError
from core.phrases import consecutive, enumerated


@dataclass(frozen=True)
class Decision:
    """What an adjudicator says of an item, by the names of its questions.

    `rewording` names criteria (by key) to send back; `seen` is the `Standing.version` on the page.
    """

    reason: str
    seen: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    unsettleable: frozenset[str] = frozenset()
    rewording: frozenset[str] = frozenset()
    examples: frozenset[str] = frozenset()
    """Questions whose answer is proposed as an example of the point chosen."""

    @property
    def is_only_rewording(self) -> bool:
        return bool(self.rewording) and not self.answers and not self.unsettleable


def changes_of(standing: Standing, decision: Decision) -> list[tuple[Key, Given | None]]:
    """Each unit that gets another verdict than it has; None: it cannot be settled."""
    changes = list(_changes(standing, decision, _checked(standing, decision)))
    if not changes:
        raise InvalidError(
            _("This is what was decided before, so nothing has changed. Choose another point.")
        )
    return changes


def following(standing: Standing) -> dict[Key, Given | None]:
    """The computed scores in dispute, by what is settled already; None: a part has no answer."""
    checked = check(
        standing.questions.values(),
        standing.criteria,
        standing.answers,
        standing.item.conversation.guidance,
    )
    given = {(one.criterion.pk, *one.unit): one for one in checked.given}
    return {key: given.get(key) for key in standing.open if standing.cases[key].criterion.derived}


def _checked(standing: Standing, decision: Decision) -> Checked:
    """The decision beside what is settled already, checked as a rater's answers would be."""
    by_name = {question.name: key for key, question in standing.questions.items()}
    may_decide = {*standing.open, *standing.adjudicated}
    for name in (*decision.answers, *decision.unsettleable):
        if by_name.get(name) not in may_decide:
            raise InvalidError(
                _("“%(name)s” is not open on this item. Reload the page.") % {"name": name[:80]}
            )
    answers = {
        name: said
        for name, said in {**standing.answers, **decision.answers}.items()
        if name not in decision.unsettleable
    }
    checked = check(
        standing.questions.values(),
        standing.criteria,
        answers,
        standing.item.conversation.guidance,
    )
    hidden = _hidden(standing, checked, answers, decision)
    missing = {
        question.name: _missing(question.criterion)
        for key in standing.open
        if (question := standing.questions.get(key))
        and question.name not in hidden
        and question.name not in decision.answers
        and question.name not in decision.unsettleable
    }
    wrong = {name: words for name, words in checked.errors.items() if name in decision.answers}
    if errors := missing | wrong:
        raise InvalidError(consecutive(dict.fromkeys(errors.values())), fields=errors)
    return checked


def _hidden(
    standing: Standing, checked: Checked, answers: Mapping[str, Answer], decision: Decision
) -> set[str]:
    """Conditional questions that by these answers do not arise."""
    given = {(one.criterion.pk, *one.unit) for one in checked.given}
    return {
        question.name
        for key, question in standing.questions.items()
        if question.condition
        and key not in given
        and question.name not in checked.errors
        and question.name not in decision.unsettleable
    }


def _missing(criterion: Criterion) -> str:
    return _("“%(name)s” is still open. Choose a point, or say that it cannot be settled.") % {
        "name": spoken(criterion.name, criterion.key)
    }


def _changes(
    standing: Standing, decision: Decision, checked: Checked
) -> Iterator[tuple[Key, Given | None]]:
    given = {(one.criterion.pk, *one.unit): one for one in checked.given}
    touched = set()
    for key, question in standing.questions.items():
        if question.name in decision.unsettleable:
            touched.add(Unit(*key[1:]))
            if key not in standing.verdicts or not _is_same(standing.verdicts[key], None):
                yield key, None
        elif question.name in decision.answers and key in given:
            touched.add(Unit(*key[1:]))
            if key not in standing.verdicts or not _is_same(standing.verdicts[key], given[key]):
                yield key, given[key]
    yield from _totals(standing, given, touched)


def _totals(
    standing: Standing, given: Mapping[Key, Given], touched: Iterable[Unit]
) -> Iterator[tuple[Key, Given | None]]:
    """Computed scores follow from their parts; without all parts they cannot be settled either."""
    units = set(touched)
    for key, case in standing.cases.items():
        if not case.criterion.derived or key in standing.waiting:
            continue
        before = standing.verdicts.get(key)
        if key in standing.open or Unit(*key[1:]) in units:
            total = given.get(key)
            if before is None or not _is_same(before, total):
                yield key, total


def _is_same(verdict: Verdict, given: Given | None) -> bool:
    said = (None, None, "") if given is None else (given.value, given.number, given.words)
    return (verdict.value, verdict.number, verdict.words) == said


# Two adjudicators at one item


def is_repeated(actor: User, standing: Standing, decision: Decision) -> bool:
    """The same form sent twice: everything in it stands already, decided by the same person."""
    said = {**decision.answers, **dict.fromkeys(decision.unsettleable)}
    if decision.rewording:
        return False
    if not said:  # computed scores alone were in dispute
        return not standing.open and all(
            standing.verdicts[key].adjudicator_id == actor.pk for key in standing.adjudicated
        )
    by_name = {question.name: key for key, question in standing.questions.items()}
    return all(
        (verdict := standing.verdicts.get(by_name.get(name, (0, 0, 0)))) is not None
        and verdict.adjudicator_id == actor.pk
        and standing.answers.get(name) == answer
        for name, answer in said.items()
    )


def decided_meanwhile(standing: Standing) -> DomainError:
    decided = [standing.verdicts[key] for key in standing.adjudicated]
    latest = max(decided, key=lambda one: one.at, default=None)
    held = max(standing.holds.values(), key=lambda one: one.at, default=None)
    if held and (latest is None or held.at > latest.at):
        words = _(
            "%(person)s sent “%(criterion)s” back for rewording at %(time)s, while this page was "
            "open. Nothing of yours is stored yet: look at what is left, then decide."
        ) % _who(held.actor, held.at, held.criterion)
    elif latest:
        answer = standing.answers.get(_name(standing, latest))
        words = _(
            "%(person)s decided on this item at %(time)s, while this page was open "
            "(%(criterion)s: %(answer)s). That decision stands. Yours is not stored; it is still "
            "below, and sending it again supersedes the other."
        ) % {
            **_who(latest.adjudicator, latest.at, latest.criterion),
            "answer": _answer_words(answer),
        }
    else:
        words = _(
            "The ratings of this item have changed while this page was open. Nothing of yours is "
            "stored yet: look at them again, then decide."
        )
    return DomainError(words, code="decided_meanwhile")


def _name(standing: Standing, verdict: Verdict) -> str:
    key = (verdict.criterion_id, verdict.turn, verdict.passage)
    return standing.questions[key].name if key in standing.questions else verdict.criterion.key


def _answer_words(answer: Answer | None) -> str:
    if answer is None:
        return _("cannot be settled")
    chosen = answer.chosen
    return enumerated(chosen) or _("none") if isinstance(chosen, tuple) else chosen


def _who(person: User | None, at: datetime, criterion: Criterion) -> dict[str, str]:
    return {
        "person": str(person) if person else _("Somebody"),
        "time": date_format(timezone.localtime(at), "H:i"),
        "criterion": spoken(criterion.name, criterion.key),
    }
