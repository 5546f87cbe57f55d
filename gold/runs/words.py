"""A run as sentences: what may be said of it, and of the change since another."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.stats.estimates import Estimate
from core.phrases import consecutive, enumerated
from core.templatetags.numerals import percent, span, thousands, written
from gold.label_words import LabelWords
from gold.runs.comparing import BROKEN, FIXED, Change
from gold.runs.gate import Gate, State
from gold.runs.judging import PassRule


def rule_words(rule: PassRule, labels: LabelWords) -> str:
    """When an output passes, for the page and for the terminal."""
    criterion = labels.name(rule.criterion)
    if rule.kind == "score":
        return _("“%(criterion)s” is at least %(number)s") % {
            "criterion": criterion,
            "number": f"{rule.at_least:g}",
        }
    if rule.kind == "agrees":
        return _("“%(criterion)s” is what people settled") % {"criterion": criterion}
    if rule.kind == "matches":
        return {
            "exact": _("the output is the expected answer to the letter"),
            "alike": _("the output is the expected answer but for width, case and space"),
            "contains": _("the output contains the expected answer"),
        }[rule.how]
    return _("the file says so")


def share_words(found: Estimate) -> str:
    """91 % (82 to 96), or a dash."""
    if found.value is None:
        return "–"
    if found.low is None or found.high is None:
        return percent(found.value)
    limits = span(written(100 * found.low, 0), written(100 * found.high, 0))
    return _("%(value)s (%(limits)s)") % {"value": percent(found.value), "limits": limits}


def points(value: float | None) -> str:
    """A difference of shares in points, signed."""
    return "–" if value is None else written(100 * value, 1, sign=True)


def points_with_limits(found: Estimate) -> str:
    if found.value is None or found.low is None or found.high is None:
        return points(found.value)
    limits = span(
        written(100 * found.low, 1, sign=True),
        written(100 * found.high, 1, sign=True),
    )
    return _("%(value)s (%(limits)s)") % {"value": points(found.value), "limits": limits}


def finding(change: Change, variant: str, earlier: str) -> str:
    """The answer to "did it get better", from the items that both answered."""
    names = {"b": variant, "a": earlier, "gap": points_with_limits(change.difference)}
    found = change.difference
    if found.value is None:
        return _("“%(b)s” and “%(a)s” have no judged item in common.") % names
    if found.low is not None and found.low > 0:
        said = _("“%(b)s” does better than “%(a)s”: %(gap)s points.") % names
    elif found.high is not None and found.high < 0:
        said = _("“%(b)s” does worse than “%(a)s”: %(gap)s points.") % names
    else:
        said = (
            _("Whether “%(b)s” does better than “%(a)s” is not yet known: %(gap)s points.") % names
        )
    return said


def counts_words(change: Change) -> str:
    counts = change.counts
    return ngettext(
        "Of %(n)s item in both, %(fixed)s is fixed and %(broken)s broken.",
        "Of %(n)s items in both, %(fixed)s are fixed and %(broken)s broken.",
        len(change.items),
    ) % {
        "n": thousands(len(change.items)),
        "fixed": thousands(counts[FIXED]),
        "broken": thousands(counts[BROKEN]),
    }


def grown_words(change: Change) -> str:
    """The split of a change where gold has grown in between; empty where it has not."""
    if not (change.gone.n or change.new.n) or change.total is None:
        return ""
    return _(
        "Over all items the share went from %(before)s to %(after)s: %(same)s points by other "
        "answers to the same items, %(new)s by other items being asked."
    ) % {
        "before": percent(change.before_all.value, 1),
        "after": percent(change.after_all.value, 1),
        "same": points(change.difference.value),
        "new": points(change.by_new_items),
    }


def people_words(n: int, judged: int, agreed: tuple[int, int], mixed: int) -> str:
    """How much of what was judged people settled, and whether the rule says the same."""
    said = []
    if n:
        settled = _("People settled %(n)s of the %(judged)s judged outputs.")
        said.append(settled % {"n": thousands(n), "judged": thousands(judged)})
    same, both = agreed
    if n and both:
        said.append(
            ngettext(
                "The rule says the same as they do of %(same)s of %(both)s output that both "
                "judged.",
                "The rule says the same as they do of %(same)s of %(both)s outputs that both "
                "judged.",
                both,
            )
            % {"same": thousands(same), "both": thousands(both)}
        )
    if mixed:
        said.append(
            ngettext(
                "%(n)s item is not compared: people settled it in one run, the rule in the other.",
                "%(n)s items are not compared: people settled them in one run, the rule in the "
                "other.",
                mixed,
            )
            % {"n": thousands(mixed)}
        )
    return consecutive(said)


def _regressed_words(state: State, margin: float) -> str:
    """A loss is a difference of shares, so it is told in points; none of it is a word less."""
    if not margin:
        return {
            "pass": _("A loss can be ruled out."),
            "fail": _("It does worse than before."),
            "unknown": _("A loss cannot be ruled out."),
        }[state]
    said = {
        "pass": _("A loss of more than %(loss)s points can be ruled out."),
        "fail": _("It lost more than %(loss)s points."),
        "unknown": _("A loss of more than %(loss)s points cannot be ruled out."),
    }
    return said[state] % {"loss": written(100 * margin, 1)}


def gate_words(gate: Gate, *, margin: float, at_least: float | None) -> str:
    """What a run was held against, and what came of it."""
    held = []
    if gate.regressed is not None:
        held.append(_regressed_words(gate.regressed, margin))
    if gate.high_enough is not None and at_least is not None:
        floor = percent(at_least, 1)
        held.append(
            {
                "pass": _("It passes at least %(floor)s of the items.") % {"floor": floor},
                "fail": _("It passes less than %(floor)s of the items.") % {"floor": floor},
                "unknown": _("Whether it passes %(floor)s of the items is not known.")
                % {"floor": floor},
            }[gate.high_enough]
        )
    if not held:
        held.append(_("There is no earlier run and no share to reach, so nothing is decided."))
    if gate.more:
        held.append(
            ngettext(
                "About %(n)s more item would tell.", "About %(n)s more items would tell.", gate.more
            )
            % {"n": thousands(gate.more)}
        )
    return consecutive(held)


def state_words(gate: Gate) -> str:
    return {"pass": _("Pass."), "fail": _("Fail."), "unknown": _("Not known yet.")}[gate.state]


def taken_words(found: Mapping[str, Any]) -> str:
    """What became of a file of outputs, or would, from its counts."""
    n = found["outputs"]
    said = [
        ngettext("%(n)s item has its output.", "%(n)s items have their output.", n)
        % {"n": thousands(n)},
        _("%(judged)s of them are judged, and %(passed)s pass.")
        % {"judged": thousands(found["judged"]), "passed": thousands(found["passed"])},
    ]
    if found["missing"]:
        said.append(
            ngettext("%(n)s item has none.", "%(n)s items have none.", found["missing"])
            % {"n": thousands(found["missing"])}
        )
    if found["unknown"]:
        said.append(
            ngettext(
                "%(n)s output names no input of the release (%(keys)s).",
                "%(n)s outputs name no input of the release (%(keys)s).",
                found["unknown"],
            )
            % {
                "n": thousands(found["unknown"]),
                "keys": enumerated(one[:40] for one in found["first_unknown"]),
            }
        )
    if found["repeated"]:
        said.append(
            ngettext(
                "%(n)s output answers an input a second time and is left out.",
                "%(n)s outputs answer an input a second time and are left out.",
                found["repeated"],
            )
            % {"n": thousands(found["repeated"])}
        )
    if found["refused"]:
        said.append(
            ngettext("%(n)s line is refused.", "%(n)s lines are refused.", found["refused"])
            % {"n": thousands(found["refused"])}
        )
    return consecutive(said)
