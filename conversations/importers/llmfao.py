"""LLMFAO: answers of many models to a few prompts, compared in pairs by crowd workers.

An answer is a conversation; its prompt is the input that pairs it with the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from conversations.importers import values
from conversations.importers.base import (
    Entry,
    FieldMap,
    LineError,
    ParsedConversation,
    ParsedRating,
    ParsedScore,
    ParsedVariant,
    RatingEntry,
    RefusedError,
)
from conversations.importers.csv_rows import rows
from conversations.importers.documents import Layout, each_record
from conversations.importers.records import finish
from conversations.importers.sources import Member

REQUIRED = ("model", "prompt", "result")
CRITERION = "better"
PROMPTS = "prompts.jsonl"
_BESIDE = frozenset({PROMPTS, "models.jsonl", "pairs-crowd-training.jsonl"})
_VOTES = ("prompt", "model_x", "model_y", "winner")
_WINNERS = {"left": "a", "right": "b", "tie": "tie"}
_VARIANT_FIELDS = ("api", "type", "org", "model")
_LINES = Layout("lines")


@dataclass(frozen=True)
class LlmfaoImporter:
    """The reader of ``results.jsonl`` with ``prompts.jsonl`` beside it."""

    name: str = "llmfao"

    def accepts(self, member: Member) -> bool:
        return member.plain.suffix.lower() == ".jsonl"

    def ignores(self, member: Member) -> bool:
        return member.plain.name in _BESIDE

    def entries(self, member: Member, mapping: FieldMap, skip: int) -> Iterator[tuple[int, Entry]]:
        prompts = _read_prompts(member)

        def make(result: Any, line: int) -> ParsedConversation:
            return _conversation(result, prompts, member.name, line)

        return each_record(member, skip, make, _LINES)


def accepts_votes(member: Member) -> bool:
    """Comparisons lie in files of their own, beside a table of computed scores."""
    return member.plain.name.endswith("comparisons.csv")


def ratings(member: Member, mapping: FieldMap, skip: int) -> Iterator[tuple[int, RatingEntry]]:
    """One rating a vote; a file without workers is one model's, told by the file's name."""
    table = rows(member)
    header = next(table, None)
    names = header.cells if header is not None and not isinstance(header, LineError) else []
    if missing := [name for name in _VOTES if name not in names]:
        raise RefusedError(
            "columns_missing",
            _("%(name)s is no table of comparisons: it lacks the columns %(missing)s.")
            % {"name": member.path, "missing": ", ".join(missing)},
        )
    judge = member.plain.name.split("-")[0]
    for row in table:
        if row.line <= skip:
            continue
        if isinstance(row, LineError):
            yield row.line, row
            continue
        vote = dict.fromkeys(names, "") | dict(zip(names, row.cells, strict=False))
        try:
            yield row.line, _rating(vote, judge, member.name, row.line)
        except RefusedError as refusal:
            yield row.line, refusal.at(member.name, row.line, row.raw)


def external_id(prompt: Any, model: Any) -> str:
    """The input first, then who answered, as in MTRAG."""
    return values.key(f"{prompt}:{model}", "external_id")


def _conversation(
    result: Any, prompts: dict[str, dict[str, Any]], file: str, line: int
) -> ParsedConversation:
    if not isinstance(result, dict) or any(key not in result for key in REQUIRED):
        raise RefusedError(
            "keys_missing",
            _("The line is no LLMFAO answer: it must have model, prompt and result."),
        )
    prompt = prompts.get(str(result["prompt"]))
    if prompt is None:
        raise RefusedError(
            "prompt_missing",
            _("The answer is to prompt %(prompt)s, which prompts.jsonl does not hold. Add it.")
            % {"prompt": result["prompt"]},
        )
    turns = [
        {"id": "0", "role": "user", "content": values.text(prompt.get("text"), "text")},
        {"id": "1", "role": "assistant", "content": values.text(result["result"], "result")},
    ]
    metadata = {
        "slug": result.get("slug"),
        "rate": result.get("rate"),
        "prompt_type": prompt.get("type"),
        "prompt_note": prompt.get("note"),
    }
    found = finish(
        external_id=external_id(result["prompt"], result["model"]),
        turns=turns,
        metadata={key: value for key, value in metadata.items() if value is not None},
        file=file,
        line=line,
    )
    found.group_key = found.input_key = values.key(result["prompt"], "prompt")
    found.latency_ms = values.whole(result.get("duration"), "duration")
    found.variant = ParsedVariant(
        values.text(result.get("name"), "name"),
        model=values.text(result.get("api_id"), "api_id") or str(result["model"]),
        parameters={key: result[key] for key in _VARIANT_FIELDS if result.get(key) is not None},
    )
    return found


def _rating(vote: dict[str, str], judge: str, file: str, line: int) -> ParsedRating:
    if missing := [name for name in _VOTES if not vote[name].strip()]:
        raise RefusedError(
            "cells_missing",
            _("The row lacks %(missing)s. Add it, or leave the row out.")
            % {"missing": ", ".join(missing)},
        )
    winner = _WINNERS.get(vote["winner"])
    if winner is None:
        raise RefusedError(
            "unknown_winner",
            _("The winner is %(winner)s; it must be left, right or tie. Correct it.")
            % {"winner": vote["winner"][:60]},
        )
    is_crowd = "worker" in vote
    return ParsedRating(
        external_id=external_id(vote["prompt"], vote["model_x"]),
        external_id_b=external_id(vote["prompt"], vote["model_y"]),
        rater=values.key(vote["worker"] if is_crowd else judge, "worker"),
        rater_kind="person" if is_crowd else "judge",
        scores=[ParsedScore(CRITERION, value=winner)],
        file=file,
        line=line,
    )


def _read_prompts(member: Member) -> dict[str, dict[str, Any]]:
    beside = member.sibling(PROMPTS)
    if beside is None:
        raise RefusedError(
            "prompts_missing",
            _(
                "%(name)s holds answers without their prompts, and prompts.jsonl does not lie "
                "beside it. Import the folder, or a zip of it."
            )
            % {"name": member.path},
        )
    found = {}
    for _number, prompt in each_record(beside, 0, lambda record, _line: record, _LINES):
        if isinstance(prompt, dict) and "id" in prompt:
            found[str(prompt["id"])] = prompt
    return found
