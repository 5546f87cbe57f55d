"""Gold items as payloads, and a release of them that no database knows."""

import io
import json
import zipfile
from datetime import UTC, datetime

from core.text import digest
from gold.exports import FORMATS, Tally
from gold.exports.source import Asked, Line, Source
from gold.models import GoldDataset, Release

RUBRIC = {"uid": "r-1", "slug": "answer", "version": 2, "content_hash": "c"}
RUBRICS = {
    "r-1": {
        "helpful": Asked("helpful", {"en": "Helpful"}, "ordinal", ("bad", "fair", "good")),
        "tone": Asked("tone", {"en": "Tone"}, "nominal", ("warm", "cold")),
        "better": Asked("better", {"en": "Better"}, "nominal", ("a", "tie", "b")),
    }
}
QUESTION, ANSWER = "Who pays for the return?", "We do."

NASTY = [
    '=HYPERLINK("http://example.com","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "<script>alert(1)</script>",
    "\x01\x07\x1b[31mred\x7f\x9b",
    "one\u2028two\u2029three\u0085four",
    "\ufeffmark",
    "line\r\nline\rline\n",
    "'",
    '"',
    "\\",
    "返品した商品の送料はどちらの負担ですか。🙂",
    "{{ env.SECRET }} {% raw %} {# x #}",
    "#} %} }} {{{ }}} {x} %",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "null",
    "NaN",
    "0123",
    "2020-01-01",
    "  spaces  ",
    "\ufffe\uffff",
    "\ue000\ue000",
    "長" * 350_000,
]
"""Texts that one program or another takes for more than texts."""


def turn(role, content, **more):
    return {"id": f"{role}-{digest(content)[:6]}", "role": role, "content": content, **more}


def said(*contents):
    roles = ("user", "assistant")
    return [turn(roles[place % 2], content) for place, content in enumerate(contents)]


def conversation(turns, **more):
    return {
        "id": f"c-{digest(turns)[:8]}",
        "turns": turns,
        "content_hash": digest(turns),
        "input": "",
        "reference": "",
        "guidance": None,
        "language": "en",
        "variant": {"name": "v1", "fingerprint": "f"},
        **more,
    }


def label(value, **more):
    return {"value": value, "distribution": {str(value): 3}, "n": 3, "source": "consensus", **more}


def payload(*contents, first=None, labels=None, **more):
    """An item of today's schema; `more` replaces or adds keys."""
    first = first or conversation(said(*(contents or (QUESTION, ANSWER))))
    answered = [n for n, one in enumerate(first["turns"]) if one["role"] == "assistant"]
    asked = first["turns"][: answered[-1]] if answered else first["turns"]
    text = first["turns"][answered[-1]]["content"] if answered else ""
    return {
        "schema": "touchstone-gold/2",
        "conversation": first,
        "input_key": digest([one["content"] for one in asked]),
        "input": asked,
        "expected": {"text": text, "source": "approved" if text else ""},
        "labels": {"helpful": label("good")} if labels is None else labels,
        "rubric": RUBRIC,
        "guidance": "",
        "passages": [],
        "tags": [],
        "difficulty": "",
        "language": "en",
        "tier": "gold",
        "split": "test",
        "source": "random",
        "licence": "CC-BY-4.0",
        "consent": "terms of use",
        "group": "g",
        "inclusion_probability": 0.5,
        "provenance": "p",
        **more,
    }


def contested(*contents, **more):
    """People differ: no label has a value."""
    labels = {"helpful": {**label(None), "distribution": {"bad": 1, "good": 2}}}
    expected = {"text": "", "source": ""}
    return payload(*contents, labels=labels, tier="contested", expected=expected, **more)


def pair(question, first, second, winner="a", **more):
    other = conversation(said(question, second), variant={"name": "v2", "fingerprint": "g"})
    labels = {"better": label(winner)}
    return payload(question, first, labels=labels, conversation_b=other, **more)


def ranking(question, *answers, outcomes):
    """`outcomes` gives each two positions the side that is better."""
    first, second, *further = [conversation(said(question, one)) for one in answers]
    labels = {"better": [label(side, answers=list(two)) for two, side in outcomes.items()]}
    return payload(first=first, labels=labels, conversation_b=second, further_answers=further)


def older(*contents, **more):
    """An item as releases of the first schema hold it."""
    whole = payload(*contents)
    kept = ("conversation", "labels", "rubric", "group", "inclusion_probability")
    return {"schema": "touchstone-gold/1", **{name: whole[name] for name in kept}, **more}


def tombstone():
    gone = conversation([], id="", variant=None)
    return {
        **older(),
        "erased_at": "2026-01-01T00:00:00+00:00",
        "conversation": gone,
        "labels": {},
        "group": "",
    }


def source_of(*payloads, split="", tier="", bar="", **release):
    """A release whose lines are the payloads."""
    lines = [
        Line(place, f"00000000-0000-0000-0000-{place:012}", digest(one), one)
        for place, one in enumerate(payloads)
    ]

    def read(positions):
        return iter([one for one in lines if positions is None or one.position in positions])

    facts = {
        "dataset": GoldDataset(name="Help centre", slug="help-centre"),
        "number": 3,
        "manifest_hash": "m" * 64,
        "n_items": len(lines),
        "published_at": datetime(2026, 4, 1, tzinfo=UTC),
    }
    return Source(Release(**(facts | release)), read, RUBRICS, split, tier, bar)


CALL = {"id": "call_1", "type": "function", "function": {"name": "find", "arguments": '{"q":1}'}}
TOOLS = [
    turn("user", QUESTION),
    turn("assistant", "", tool_calls=[CALL]),
    turn("tool", "found", tool_call_id="call_1"),
    turn("assistant", ANSWER),
]


def written(key, *payloads, **asked):
    tally = Tally()
    return b"".join(FORMATS[key].write(source_of(*payloads, **asked), tally)), tally


def files(key, *payloads, **asked):
    """Texts by the names of files in the folder."""
    whole, tally = written(key, *payloads, **asked)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    return found, tally


def rows(key, name, *payloads, **asked):
    found, tally = files(key, *payloads, **asked)
    return [json.loads(line) for line in found[name].splitlines()], tally
