"""Tests for promptfoo: the messages as a variable, and an assertion against the expected answer.

promptfoo renders variables and assertions as Nunjucks templates, takes a text that begins with
`file://` for a file to load or to run, and makes a test of each element of a list. So the messages
are one text of JSON without two braces in a row, and the expected answer is guarded. It also stops
at the end of a comment that never began. So whatever somebody said stays text.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from gold.exports.expecting import Expecting, about, expecting
from gold.exports.folders import Folder, Rows
from gold.exports.formats import Format
from gold.exports.manifest import Written
from gold.exports.messages import chat, line_of
from gold.exports.notes import readme, yaml
from gold.exports.source import Source
from gold.exports.tally import Tally

OPENS = "cd NAME && promptfoo eval\n"
TAG = re.compile(r"\{[{%#]|#\}|^[a-z]+:(?=/|[a-z])", re.IGNORECASE)
STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')


def rows(source: Source, tally: Tally) -> Rows:
    for one in expecting(source, tally):
        yield source.file_of(one.line.payload, "tests/{}.jsonl"), line_of(test_of(one))


def test_of(one: Expecting) -> dict[str, Any]:
    return {
        "description": one.line.uid,
        "vars": {"messages": messages_text(chat(one.asked))},
        "assert": [{"type": "similar", "value": guarded(one.expected), "threshold": 0.8}],
        "metadata": {
            name: kept_text(value) for name, value in about(one).items() if name != "guidance"
        },
    }


def messages_text(messages: Sequence[dict[str, Any]]) -> str:
    r"""JSON in which no text begins a template, or ends the comment of one.

    >>> messages_text([{"role": "user", "content": "{{ env.KEY }} #}"}])
    '[{"content":"\\u007b\\u007b env.KEY }} \\u0023}","role":"user"}]'
    """
    whole = orjson.dumps(messages, option=orjson.OPT_SORT_KEYS).decode()
    return STRING.sub(_escaped, whole)


def _escaped(string: re.Match[str]) -> str:
    return string[0].replace("{", r"\u007b").replace("#}", r"\u0023}")


def kept_text(value: Any) -> Any:
    """Metadata is not rendered, yet promptfoo puts a file's contents for its address, at any depth.

    >>> kept_text({"tags": ["file:///etc/hosts", "returns"]})
    {'tags': [' file:///etc/hosts', 'returns']}
    """
    if isinstance(value, str):
        return f" {value}" if value.startswith("file://") else value
    if isinstance(value, dict):
        return {name: kept_text(one) for name, one in value.items()}
    return [kept_text(one) for one in value] if isinstance(value, list | tuple) else value


def guarded(text: str) -> str:
    """The template that renders to the text.

    >>> guarded("Use {{ name }}."), guarded("file://run.js"), guarded("Yes.")
    ('Use {{ "{{" }} name }}.', '{{ "file:" }}//run.js', 'Yes.')
    >>> guarded("#}")
    '{{ "#}" }}'
    """
    return TAG.sub(lambda found: f'{{{{ "{found[0]}" }}}}', text)


def beside(source: Source, tally: Tally, files: list[Written]) -> Iterator[tuple[str, str]]:
    config = {
        "description": f"Gold, release {source.release.number}",
        "prompts": ["{{messages}}"],
        "providers": ["openai:chat:gpt-5-mini"],
        "tests": [f"file://{PurePosixPath(file.name)}" for file in files],
    }
    yield "promptfooconfig.yaml", yaml(config)
    holds = (
        "Tests by split and a configuration that runs them: name your provider in it, and change "
        "the assertion if an answer need not resemble the expected one."
    )
    yield readme(source, tally, holds=holds, opens=OPENS)


FORMAT = Format(
    key="promptfoo",
    name="promptfoo",
    purpose=_("Tests with a configuration, for promptfoo eval."),
    leaves_out=_("Items without an expected answer, contested ones, and what was erased."),
    opens=OPENS,
    one_answer=True,
    expects=True,
    folder=Folder(rows=rows, beside=beside, empty="tests/test.jsonl"),
)
