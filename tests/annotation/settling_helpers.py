"""What the tests of settling share: an item whose ratings are in, and a decision on it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse

from accounts.models import Project, User
from annotation.answers import Answer
from annotation.decisions import Decision
from annotation.models import Item, Rater, Study
from annotation.services.adjudication import decide
from annotation.services.settling import settle_item
from annotation.standing import standing_of
from core.scales import Kind, Level, Target
from tests import factories

NOW = factories.NOON
LATER = NOW + timedelta(hours=1)
TWO = {"helpful": {}, "correct": {}}
PER_TURN = {
    "breakdown": {
        "target": Target.TURN,
        "kind": Kind.NOMINAL,
        "level": Level.NOMINAL,
        "points": factories.points("O", "T", "X"),
    }
}


def study_with(project: Project, criteria: Any = None, **fields: Any) -> Study:
    version = factories.make_rubric_version(factories.make_rubric(project), criteria=criteria)
    return factories.make_study(project, version, **({"overlap": 3} | fields))


def rated_item(
    study: Study,
    *said: Mapping[str, int | float | None],
    raters: Sequence[Rater] = (),
    **fields: Any,
) -> Item:
    """An item on which everybody has said something, settled as far as the rule goes."""
    item = factories.make_item(study, slots_total=len(said), **fields)
    for place, scores in enumerate(said):
        rater = raters[place] if place < len(raters) else None
        factories.make_rating(item, rater, scores)
    return settled(item)


def settled(item: Item) -> Item:
    item.slots_open, item.n_submitted = 0, item.slots_total
    settle_item(item=item, now=NOW)
    item.save()
    return item


def turns(n: int) -> list[dict[str, Any]]:
    """A conversation of n exchanges."""
    return [
        {"id": f"{role[0]}{number}", "role": role, "content": f"{role} says {number}"}
        for number in range(n)
        for role in ("user", "assistant")
    ]


def decision(
    item: Item, answers: Mapping[str, str | tuple[str, ...]] | None = None, **fields: Any
) -> Decision:
    fields = {"reason": "The passages hold it.", "seen": standing_of(item).version} | fields
    return Decision(answers={k: Answer(v) for k, v in (answers or {}).items()}, **fields)


def settle(actor: User, item: Item, answers: Any = None, **fields: Any) -> Item:
    return decide(actor=actor, item=item, decision=decision(item, answers, **fields), now=LATER)


def sent(item, **fields):
    return {"seen": decision(item).seen, "reason": "It suits the question.", **fields}


def get(client, name, thing, query=""):
    return client.get(reverse(f"annotation:{name}", args=[thing.uid]) + query)


def post(client, name, thing, data=None, query=""):
    return client.post(reverse(f"annotation:{name}", args=[thing.uid]) + query, data or {})
