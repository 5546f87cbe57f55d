"""The chain of a gold item today: each step in words, and whether the rows still say the same."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from core.phrases import consecutive, enumerated
from core.text import digest
from gold.admission.words import rule_name
from gold.gathering import approval_data, gathered, verdicts_of
from gold.models import GoldItem, Tier
from gold.provenance import Kind, is_erased, last_hash, latest, steps_of, verify_chain

Data = Mapping[str, Any]

JUDGED = (Kind.RATINGS, Kind.AGGREGATION, Kind.ADJUDICATION)
TITLES = {
    Kind.SOURCE: gettext_lazy("Where the words come from"),
    Kind.REDACTION: gettext_lazy("What is hidden"),
    Kind.DRAW: gettext_lazy("How it was drawn"),
    Kind.RATINGS: gettext_lazy("What people said"),
    Kind.AGGREGATION: gettext_lazy("How the ratings became labels"),
    Kind.ADJUDICATION: gettext_lazy("What a person decided"),
    Kind.APPROVAL: gettext_lazy("Who let it in"),
    Kind.REVISION: gettext_lazy("What was changed since"),
}
FIELDS = {
    "expected": gettext_lazy("expected answer"),
    "guidance": gettext_lazy("guidance"),
    "passages": gettext_lazy("passages needed"),
    "tags": gettext_lazy("tags"),
    "difficulty": gettext_lazy("difficulty"),
}


@dataclass(frozen=True)
class CheckedStep:
    """One step; `since` says how the rows differ from it today, "" where they do not."""

    kind: Kind
    at: str | None
    hash: str
    words: str
    since: str
    is_broken: bool = False

    @property
    def title(self) -> str:
        return str(TITLES[self.kind])

    @property
    def when(self) -> datetime | None:
        return datetime.fromisoformat(self.at) if self.at else None

    def as_data(self) -> dict[str, Any]:
        return {
            "step": str(self.kind),
            "at": self.at,
            "hash": self.hash,
            "words": self.words,
            "holds": not self.since and not self.is_broken,
            "since": self.since,
        }


@dataclass(frozen=True)
class CheckedChain:
    """The whole of it. `problem` is what is wrong with the chain itself or with the payload."""

    steps: list[CheckedStep]
    problem: str

    @property
    def holds(self) -> bool:
        return not self.problem and not any(one.since for one in self.steps)

    @property
    def can_be_relabelled(self) -> bool:
        """Something that the labels rest on is another today."""
        return any(one.since for one in self.steps if one.kind in JUDGED)


def checked_chain(gold_item: GoldItem, *, with_names: bool = True) -> CheckedChain:
    """Compare every step with what the rows say now; without names nobody is named."""
    provenance = gold_item.provenance
    steps, broken = steps_of(provenance), verify_chain(provenance)
    is_gone = not steps or "erased_at" in gold_item.payload
    today = {} if is_gone else rows_today(gold_item)
    names = names_in(steps) if with_names else {}
    newest = {kind: latest(provenance, kind) for kind in Kind}
    checked = [
        CheckedStep(
            kind=Kind(step["step"]),
            at=step["at"],
            hash=step["hash"],
            words=words_of(step, names),
            since=since(Kind(step["step"]), step["data"], today)
            if today and step is newest[Kind(step["step"])] and not is_erased(step)
            else "",
            is_broken=position == broken,
        )
        for position, step in enumerate(steps)
    ]
    return CheckedChain(checked, problem_of(gold_item, broken))


def rows_today(gold_item: GoldItem) -> dict[Kind, Data]:
    """What each step would say if it were written now."""
    item = gold_item.candidate.item
    found: dict[Kind, Data] = dict(gathered(item, verdicts_of(item)))
    found[Kind.APPROVAL] = approval_data(gold_item)
    return found


def problem_of(gold_item: GoldItem, broken: int | None) -> str:
    payload = gold_item.payload
    if broken is not None:
        return _("Step %(n)d does not fit the step before it: the chain was changed.") % {
            "n": broken + 1
        }
    if "erased_at" in payload:
        return ""
    if digest(payload) != gold_item.content_hash:
        return _("The item does not match its content hash: it was changed past the application.")
    if payload.get("provenance", "") != last_hash(gold_item.provenance):
        return _("The item names another chain than the one that is kept with it.")
    return ""


def since(kind: Kind, then: Data, today: Mapping[Kind, Data]) -> str:
    """How a step's rows differ from what it says; "" where they do not."""
    now: Data = today.get(kind, {"spans": []} if kind == Kind.REDACTION else {})
    if kind == Kind.APPROVAL:  # what the gate says of it may change, not who let it in
        now, then = ({name: data[name] for name in ("by", "tier")} for data in (now, then))
    if kind == Kind.REVISION or now == then:
        return ""
    match kind:
        case Kind.SOURCE:
            return _("The conversation reads otherwise today.")
        case Kind.REDACTION:
            return _("Other words are hidden today.")
        case Kind.RATINGS:
            return compared(then.get("ratings", ()), now.get("ratings", ()), RATING_WORDS)
        case Kind.AGGREGATION if then["verdicts"] != now.get("verdicts"):
            return compared(then["verdicts"], now.get("verdicts", ()), VERDICT_WORDS)
        case Kind.AGGREGATION:
            return _("The rule or the code that settles is another today.")
        case Kind.ADJUDICATION:
            return _("A person decided otherwise since.")
    return _("The rows say something else today.")


Counted = Callable[[int], str]
Compared = tuple[Counted, Counted, Counted]
"""In words, of so many rows: they changed, they are gone, they came."""

RATING_WORDS: Compared = (
    lambda n: ngettext("%(n)d rating changed since.", "%(n)d ratings changed since.", n) % {"n": n},
    lambda n: (
        ngettext(
            "%(n)d rating was revised or no longer counts.",
            "%(n)d ratings were revised or no longer count.",
            n,
        )
        % {"n": n}
    ),
    lambda n: ngettext("%(n)d rating came since.", "%(n)d ratings came since.", n) % {"n": n},
)
VERDICT_WORDS: Compared = (
    lambda n: (
        ngettext("%(n)d verdict changed since.", "%(n)d verdicts changed since.", n) % {"n": n}
    ),
    lambda n: (
        ngettext("%(n)d verdict no longer holds.", "%(n)d verdicts no longer hold.", n) % {"n": n}
    ),
    lambda n: ngettext("%(n)d verdict came since.", "%(n)d verdicts came since.", n) % {"n": n},
)


def compared(then: Iterable[Data], now: Iterable[Data], words: Compared) -> str:
    """Rows matched by uid: how many changed, went and came."""
    before, after = ({one["uid"]: one for one in rows} for rows in (then, now))
    both = before.keys() & after.keys()
    counts = (
        sum(before[uid] != after[uid] for uid in both),
        len(before.keys() - both),
        len(after.keys() - both),
    )
    return consecutive(say(n) for say, n in zip(words, counts, strict=True) if n)


def names_in(steps: Iterable[Data]) -> dict[str, str]:
    """The people whom the steps name, by uid."""
    uids = set()
    for step in steps:
        uids.add(step["data"].get("by"))
        uids.update(one["adjudicator"] for one in step["data"].get("decided", ()))
    found = User.objects.filter(uid__in=uids - {None, ""})
    return {str(one.uid): str(one) for one in found}


def words_of(step: Data, names: Mapping[str, str]) -> str:
    """What a step says, for a reader."""
    data = step["data"]
    if is_erased(step):
        return _("Erased on request; only its place in the chain is left.")
    match step["step"]:
        case Kind.SOURCE:
            return source_words(data)
        case Kind.REDACTION if not data["spans"]:
            return _("Nothing is hidden any more.")
        case Kind.REDACTION:
            n = len(data["spans"])
            return ngettext("%(n)d place is hidden.", "%(n)d places are hidden.", n) % {"n": n}
        case Kind.DRAW:
            return draw_words(data)
        case Kind.RATINGS:
            n = len(data["ratings"])
            return ngettext("%(n)d rating counted.", "%(n)d ratings counted.", n) % {"n": n}
        case Kind.AGGREGATION:
            n = len(data["verdicts"])
            return ngettext(
                "%(n)d verdict by the study's rules; settling code %(code)d.",
                "%(n)d verdicts by the study's rules; settling code %(code)d.",
                n,
            ) % {"n": n, "code": data["code"]}
        case Kind.ADJUDICATION:
            return consecutive(decided_words(one, names) for one in data["decided"])
        case Kind.APPROVAL:
            return approval_words(data, names)
    return revision_words(data, names)


def source_words(data: Data) -> str:
    first = data["conversations"][0]
    file = first.get("file")
    if not file:
        return _("Content %(hash)s.") % {"hash": first["content_hash"][:12]}
    return _("From “%(file)s”; content %(hash)s.") % {
        "file": file,
        "hash": first["content_hash"][:12],
    }


def draw_words(data: Data) -> str:
    if data["draw"] is None:
        return _("Chosen by import: nothing is claimed about a pool.")
    return _("One of %(size)d drawn from %(pool)d with seed %(seed)d; probability %(p)s.") % {
        "size": data["size"],
        "pool": data["pool"],
        "seed": data["seed"],
        "p": "–" if data["probability"] is None else f"{data['probability']:.4g}",
    }


def decided_words(one: Data, names: Mapping[str, str]) -> str:
    who = names.get(one["adjudicator"], "")
    said = {"criterion": one["unit"][0], "who": who, "reason": one["reason"]}
    if who:
        return _("%(criterion)s by %(who)s: %(reason)s") % said
    return _("%(criterion)s: %(reason)s") % said


def approval_words(data: Data, names: Mapping[str, str]) -> str:
    failed = [one for one in data["checks"] if not one.get("passed")]
    who = names.get(data["by"], "")
    parts = [_("By %(who)s.") % {"who": who}] if who else []
    if data["tier"] == Tier.CONTESTED:
        parts.append(_("As contested: people differ, and how is what it says."))
    elif failed:
        rules = enumerated(rule_name(one["rule"]) for one in failed)
        parts.append(_("Against the rules: %(rules)s.") % {"rules": rules})
        parts.append(failed[0].get("admitted_against", ""))
    elif data["checks"]:
        n = len(data["checks"])
        parts.append(ngettext("%(n)d check passed.", "%(n)d checks passed.", n) % {"n": n})
    return consecutive(filter(None, parts)) or _("Let in without checks.")


def revision_words(data: Data, names: Mapping[str, str]) -> str:
    fields = data.get("hidden") or data["before"]
    changed = [str(FIELDS[name]) for name in fields] or [_("labels")]
    said = {"fields": enumerated(changed), "why": data["why"], "who": names.get(data["by"], "")}
    if said["who"]:
        return _("%(fields)s, by %(who)s: %(why)s") % said
    return _("%(fields)s: %(why)s") % said
