"""RealPersonaChat's chat systems: five versions of model and prompt, each dialogue scored once.

The prompts lie beside the dialogues in ``prompts.json``, one for each persona. The version is the
variant and carries all its prompts; a dialogue names its persona in the metadata.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from conversations.importers import values
from conversations.importers.base import (
    Entry,
    FieldMap,
    ParsedConversation,
    ParsedRating,
    ParsedScore,
    ParsedVariant,
    RatingEntry,
    RefusedError,
)
from conversations.importers.documents import each_record
from conversations.importers.jsontext import parse
from conversations.importers.records import finish
from conversations.importers.sources import Member
from conversations.importers.turns import canonical_turns

REQUIRED = ("dialogue_id", "system_id", "interlocutor_id", "utterances")
CRITERIA = ("coherence", "informativeness", "satisfaction")
PROMPTS = "prompts.json"
_OTHER_FIELDS = frozenset({*REQUIRED, "evaluation", "evaluations"})


@dataclass(frozen=True)
class RealPersonaChatImporter:
    """The reader of the ``llm_dialogue_system`` files."""

    name: str = "realpersonachat"

    def accepts(self, member: Member) -> bool:
        return member.plain.suffix.lower() == ".json"

    def ignores(self, member: Member) -> bool:
        return member.plain.name == PROMPTS

    def entries(self, member: Member, mapping: FieldMap, skip: int) -> Iterator[tuple[int, Entry]]:
        prompts = _read_prompts(member)
        if prompts is None and not skip:
            yield 0, _without_prompts().at(member.name, 0)
        variants: dict[str, ParsedVariant] = {}

        def make(dialogue: Any, line: int) -> ParsedConversation:
            dialogue = _check(dialogue)
            system = values.key(dialogue["system_id"], "system_id")
            if system not in variants:
                variants[system] = _variant(system, (prompts or {}).get(system, {}))
            found = _conversation(dialogue, member.name, line)
            found.variant = variants[system]
            return found

        yield from each_record(member, skip, make)


def ratings(member: Member, mapping: FieldMap, skip: int) -> Iterator[tuple[int, RatingEntry]]:
    """The scores of the person who chatted, who is not named: one respondent a dialogue."""

    def make(dialogue: Any, line: int) -> ParsedRating:
        return _rating(_check(dialogue), member.name, line)

    return each_record(member, skip, make)


def external_id(dialogue: dict[str, Any]) -> str:
    """Dialogue numbers repeat from version to version, so the version is part of the id."""
    return values.key(f"{dialogue['system_id']}:{dialogue['dialogue_id']}", "external_id")


def _check(dialogue: Any) -> dict[str, Any]:
    missing = [key for key in REQUIRED if not isinstance(dialogue, dict) or key not in dialogue]
    if not missing:
        found: dict[str, Any] = dialogue
        return found
    raise RefusedError(
        "keys_missing",
        _("The record is no RealPersonaChat dialogue: it lacks %(missing)s.")
        % {"missing": ", ".join(missing)},
    )


def _conversation(dialogue: dict[str, Any], file: str, line: int) -> ParsedConversation:
    raw_turns = [
        {
            "id": utterance.get("utterance_id"),
            "role": utterance.get("interlocutor"),
            "content": utterance.get("text"),
        }
        for utterance in values.objects(dialogue["utterances"], "utterances")
    ]
    metadata = {key: value for key, value in dialogue.items() if key not in _OTHER_FIELDS}
    metadata["interlocutor_id"] = dialogue["interlocutor_id"]
    return finish(
        external_id=external_id(dialogue),
        turns=canonical_turns(raw_turns, {"system": "assistant"}, {}),
        metadata=metadata,
        file=file,
        line=line,
        language="ja",
    )


def _rating(dialogue: dict[str, Any], file: str, line: int) -> ParsedRating:
    scores = dialogue.get("evaluation", dialogue.get("evaluations"))
    if not isinstance(scores, dict):
        raise RefusedError(
            "keys_missing",
            _("The dialogue has no evaluation (nor evaluations), so there is nothing to import."),
        )
    found = external_id(dialogue)
    return ParsedRating(
        external_id=found,
        rater=values.key(f"respondent {found}", "rater"),
        rater_kind="respondent",
        scores=[
            ParsedScore(criterion, value=values.text(score, criterion))
            for criterion, score in scores.items()
        ],
        file=file,
        line=line,
    )


def _variant(system: str, prompts: dict[str, str]) -> ParsedVariant:
    """A version whose prompt is the same for every persona has that prompt; others have a set."""
    model = system.split("+")[0]
    distinct = set(prompts.values())
    if len(distinct) == 1:
        return ParsedVariant(system, model=model, prompt=distinct.pop())
    parameters: dict[str, Any] = {"prompts": prompts} if prompts else {"version": system}
    return ParsedVariant(system, model=model, parameters=parameters)


def _read_prompts(member: Member) -> dict[str, dict[str, str]] | None:
    beside = member.sibling(PROMPTS)
    if beside is None:
        return None
    limits = member.source.limits
    with beside.open() as stream:
        found = parse(stream.read(limits.line), limits)
    return {
        system: {
            values.key(prompt.get("interlocutor_id"), "interlocutor_id"): values.text(
                prompt.get("prompt"), "prompt"
            )
            for prompt in values.objects(prompts, system)
        }
        for system, prompts in values.an_object(found, PROMPTS).items()
    }


def _without_prompts() -> RefusedError:
    return RefusedError(
        "prompts_missing",
        _(
            "prompts.json does not lie beside the file, so the variants are made without their "
            "prompts. Import the folder, or a zip of it, to have them."
        ),
        notice=True,
    )
