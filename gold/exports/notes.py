"""What a folder says of itself: a README, and the little YAML that tools ask for.

Written in English in whatever language it was asked for: equal releases are equal bytes.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gold.exports.source import Source
from gold.exports.tally import Tally

README = "README.md"


def readme(source: Source, tally: Tally, *, holds: str, opens: str) -> tuple[str, str]:
    """The short README of a format without one of its own."""
    language = "python" if opens.startswith(("import ", "from ")) else "sh"
    return README, "\n\n".join(
        [
            f"# {title(source)}",
            holds,
            f"```{language}\n{from_within(opens)}\n```",
            "\n".join(facts(source, tally)),
        ]
    ) + "\n"


def from_within(opens: str) -> str:
    """The code that opens a folder, for whoever stands in it already.

    >>> from_within("cd NAME && promptfoo eval"), from_within('open("NAME/test.jsonl")')
    ('promptfoo eval', 'open("test.jsonl")')
    """
    return opens.replace("cd NAME && ", "").replace("NAME/", "").strip()


def title(source: Source) -> str:
    return f"{one_line(source.release.dataset.name)}, release {source.release.number}"


def facts(source: Source, tally: Tally) -> Iterator[str]:
    release = source.release
    if source.part:
        part = ", ".join(f"{name} {one_line(value)}" for name, value in source.part.items())
        yield f"- A part of the release: {part}."
    yield f"- {tally.items} of the release's {release.n_items} items are in it."
    for words in tally.left_out_words():
        yield f"- Left out: {words}."
    if expected := tally.expected_words():
        yield f"- Answers that are expected: {expected}."
    for name, n in sorted(tally.rows.items()):
        yield f"- `{name}`: {n} rows."
    yield f"- Licence: {listed(tally.licences) or 'not stated'}."
    yield f"- Consent: {listed(tally.consents) or 'not stated'}."
    yield f"- Manifest hash of the release: `{release.manifest_hash}`."


def listed(counts: Mapping[str, int]) -> str:
    """Names by how many items have them; one that all have stands alone."""
    if len(counts) == 1:
        return one_line(next(iter(counts)))
    return "; ".join(f"{one_line(name)} ({n} items)" for name, n in sorted(counts.items()))


def one_line(text: str) -> str:
    """Without line ends and without characters that Markdown or a terminal would act on."""
    plain = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text)
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", plain).strip()


def yaml(value: Mapping[str, Any]) -> str:
    r"""Block YAML of mappings, lists and scalars; every text is quoted, so none is taken for more.

    >>> print(yaml({"license": "other", "configs": [{"name": "no", "splits": ["a"]}]}), end="")
    "license": "other"
    "configs":
      - "name": "no"
        "splits":
          - "a"
    """
    return "".join(f"{line}\n" for line in _block(value))


def _block(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, one in value.items():
            if _is_nested(one):
                yield f"{_scalar(key)}:"
                yield from (f"  {line}" for line in _block(one))
            else:
                yield f"{_scalar(key)}: {_scalar(one)}"
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for one in value:
            first, *others = _block(one)
            yield f"- {first}"
            yield from (f"  {line}" for line in others)
    else:
        yield _scalar(value)


def _is_nested(value: Any) -> bool:
    return bool(value) and isinstance(value, Mapping | list | tuple)


def _scalar(value: Any) -> str:
    """As JSON, of which YAML reads every scalar, with what YAML calls unprintable escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub(
        r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda one: f"\\u{ord(one[0]):04x}", text
    )
