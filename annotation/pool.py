"""The pool of a draw: conversations of a project as a stream of named facts, never their turns."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from accounts.models import Project
from annotation.models import ItemAnswer, Study
from conversations.models import Conversation, Variant
from conversations.spans import cuts_in, hidden_metadata
from core.errors import InvalidError
from core.expressions import Lookup, evaluate, lookup_in, parse
from core.scales import Target

#: What a filter or a strata field may name, beside `meta.*`.
FACTS = ("variant", "language", "n_turns", "n_chars", "group", "input", "error", "started_at")
COLUMNS = (
    "id",
    "external_id",
    "group_key",
    "input_key",
    "language",
    "n_turns",
    "n_chars",
    "error",
    "metadata",
    "redacted",
    "started_at",
    "imported_at",
    "variant__name",
    "variant__uid",
)
CHUNK = 5_000


class Unit(NamedTuple):
    """One thing that could be drawn: a conversation, or two that answer the same input."""

    key: str  # the outside world's name, on which the draw's randomness rests
    conversation: int
    conversation_b: int | None
    group_key: str
    facts: Mapping[str, Any]


class Answer(NamedTuple):
    """One conversation of a unit, as far as draws ask about it."""

    group_key: str
    variant: str  # its uid
    facts: Mapping[str, Any]


def facts_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "variant": row["variant__name"],
        "language": row["language"],
        "n_turns": row["n_turns"],
        "n_chars": row["n_chars"],
        "group": row["group_key"],
        "input": row["input_key"],
        "error": row["error"],
        "started_at": row["started_at"].isoformat() if row["started_at"] else "",
        "imported_at": row["imported_at"],
        "meta": hidden_metadata(row["metadata"], cuts_in(row["redacted"])),
    }


def compares_pairs(study: Study) -> bool:
    """Whether its units are two answers to one input."""
    return study.rubric_version.criteria.filter(target=Target.PAIR).exists()


def singles(study: Study, keys: Sequence[str] | None = None) -> Iterator[Unit]:
    """Every conversation that the study does not hold yet; with `keys`, only those."""
    came_in = Conversation.objects.came_in()
    rows = came_in.filter(project=study.project_id, continued_by=None).exclude(
        pk__in=study.items.values("conversation")
    )
    if keys is not None:
        rows = rows.filter(external_id__in=keys)
    for row in rows.values(*COLUMNS).iterator(chunk_size=CHUNK):
        yield Unit(row["external_id"], row["id"], None, row["group_key"], facts_of(row))


def pairs(
    study: Study, a: Variant, b: Variant, keys: Sequence[str] | None = None
) -> Iterator[Unit]:
    """For every input that both variants answered, the two answers; the first each, by id."""
    held = study.items.filter(n_answers=2).values_list("conversation", "conversation_b")
    taken = {frozenset(pair) for pair in held}
    answers = Conversation.objects.filter(project=study.project_id).exclude(input_key="")
    if keys is not None:
        answers = answers.filter(input_key__in=keys)
    by_input = {
        row["input_key"]: row["id"]
        for row in answers.filter(variant=b).order_by("-id").values("id", "input_key")
    }
    seen: set[str] = set()
    for row in answers.filter(variant=a).order_by("id").values(*COLUMNS).iterator(CHUNK):
        key = row["input_key"]
        other = by_input.get(key)
        if other is None or key in seen or {row["id"], other} in taken:
            continue
        seen.add(key)
        yield Unit(key, row["id"], other, row["group_key"], facts_of(row))


def answers(ids: Sequence[int]) -> dict[int, Answer]:
    """Conversations by key."""
    rows = Conversation.objects.filter(pk__in=ids).values(*COLUMNS)
    return {
        row["id"]: Answer(row["group_key"], str(row["variant__uid"] or ""), facts_of(row))
        for row in rows
    }


def labels_of(project: Project) -> dict[int, str]:
    """The name of each variant, with a piece of its fingerprint where two share a name."""
    rows = list(project.variants.values_list("pk", "name", "fingerprint"))
    times = Counter(name for _pk, name, _fingerprint in rows)
    return {
        pk: name if times[name] == 1 else f"{name} {fingerprint[:8]}"
        for pk, name, fingerprint in rows
    }


def answered(
    study: Study, labels: Mapping[int, str], where: str
) -> Iterator[tuple[str, dict[str, int]]]:
    """Each input with the answer of each variant, the first by id, of answers that match."""
    rows = (
        Conversation.objects.filter(project=study.project_id, continued_by=None, variant__in=labels)
        .exclude(input_key="")
        .order_by("id")
    )
    columns = ("id", "input_key", "variant_id")
    ast = parse(where) if where else None
    found: dict[str, dict[str, int]] = {}
    for row in rows.values(*{*columns, *(COLUMNS if ast else ())}).iterator(chunk_size=CHUNK):
        if ast is None or evaluate(ast, lookup_in(facts_of(row))):
            found.setdefault(row["input_key"], {}).setdefault(labels[row["variant_id"]], row["id"])
    return iter(found.items())


def held(study: Study, labels: Mapping[int, str]) -> set[tuple[str, tuple[str, ...]]]:
    """The comparisons that a study has: input and variants by name."""
    pairs = study.items.filter(n_answers=2).values_list(
        "conversation__input_key", "conversation__variant", "conversation_b__variant"
    )
    found = [(key, variants) for key, *variants in pairs.iterator(CHUNK)]
    ranked = (
        ItemAnswer.objects.filter(item__study=study)
        .order_by("item", "position")
        .values_list("item", "conversation__input_key", "conversation__variant")
    )
    for (_item, key), rows in groupby(ranked.iterator(CHUNK), key=lambda row: row[:2]):
        found.append((key, [variant for _item, _key, variant in rows]))
    return {
        (key, tuple(sorted(labels[variant] for variant in variants)))
        for key, variants in found
        if labels.keys() >= set(variants)
    }


def matching(units: Iterator[Unit], where: str) -> Iterator[Unit]:
    """The units for which the filter holds; "" keeps all."""
    if not where:
        yield from units
        return
    ast = parse(where)
    for unit in units:
        if evaluate(ast, lookup_in(unit.facts)):
            yield unit


def stratum_of(facts: Mapping[str, Any], field: str) -> str:
    """The stratum of a unit: the named fact as text; an absent one is a stratum of its own."""
    if not field:
        return ""
    lookup: Lookup = lookup_in(facts)
    value = lookup(field)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def check_field(field: str) -> None:
    """Refuse a strata field that no conversation can have."""
    if field and field not in FACTS and not field.startswith("meta."):
        raise InvalidError(
            _("“%(field)s” is no field of a conversation. Use one of %(fields)s, or meta.NAME.")
            % {"field": field, "fields": ", ".join(FACTS)}
        )
