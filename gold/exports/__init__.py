"""A release as files: one module a format, all of them streamed in the order of the manifest."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import InvalidError
from gold.exports import (
    croissant,
    csv,
    dpo,
    hf,
    inspect_samples,
    jsonl,
    langcheck,
    openai_chat,
    openai_evals,
    parquet,
    promptfoo,
)
from gold.exports.formats import Format
from gold.exports.reading import CONTESTED
from gold.exports.source import Source, release_named, source_of
from gold.exports.tally import Tally
from gold.models import Release
from gold.verifying import Verified, verify_lines

__all__ = [
    "FORMATS",
    "Format",
    "Source",
    "Tally",
    "Verified",
    "as_csv",
    "as_jsonl",
    "format_named",
    "release_named",
    "source_of",
    "verify_lines",
]

FORMATS: dict[str, Format] = {
    module.FORMAT.key: module.FORMAT
    for module in (
        jsonl,
        csv,
        parquet,
        hf,
        openai_evals,
        openai_chat,
        dpo,
        inspect_samples,
        promptfoo,
        langcheck,
        croissant,
    )
}


def format_named(key: str, *, tier: str = "", bar: str = "") -> Format:
    """The format, if it can hold what is asked for."""
    found = FORMATS.get(key)
    if found is None:
        raise InvalidError(
            _("“%(form)s” is no format. Choose one of %(forms)s.")
            % {"form": key[:20], "forms": ", ".join(FORMATS)}
        )
    if found.one_answer and tier == CONTESTED:
        others = ", ".join(one.key for one in FORMATS.values() if not one.one_answer)
        raise InvalidError(
            _(
                "%(form)s needs one right answer, and contested items have none. Choose one of "
                "%(forms)s."
            )
            % {"form": found.name, "forms": others}
        )
    if bar and not found.expects:
        expecting = ", ".join(one.key for one in FORMATS.values() if one.expects)
        raise InvalidError(
            _(
                "%(form)s takes no answer for the right one, so none is too low for it. Choose one "
                "of %(forms)s, or take all items."
            )
            % {"form": found.name, "forms": expecting}
        )
    return found


def as_jsonl(release: Release) -> Iterator[bytes]:
    return FORMATS["jsonl"].write(source_of(release), Tally())


def as_csv(release: Release) -> Iterator[bytes]:
    return FORMATS["csv"].write(source_of(release), Tally())
