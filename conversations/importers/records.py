"""A record of any JSON shape we know, or of a mapped one, to a conversation ready to store."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from conversations.importers import mapping as field_map
from conversations.importers import values
from conversations.importers.base import (
    FieldMap,
    ParsedConversation,
    ParsedVariant,
    RefusedError,
    variant_of_model,
)
from conversations.importers.passages import passages
from conversations.importers.turns import canonical_turns
from core.text import canonical

TITLE_LENGTH = 120
TURN_KEYS = ("turns", "messages", "conversations")
ID_KEYS = ("external_id", "id", "conversation_id")
_PASSAGE_KEYS = ("passages", "contexts")
_META_KEYS = ("metadata", "meta")
_TIME_KEYS = ("started_at", "created_at", "timestamp")
_ALTERNATIVES = tuple(
    (names, frozenset(names))
    for names in (TURN_KEYS, ID_KEYS, _PASSAGE_KEYS, _META_KEYS, _TIME_KEYS)
)
_DETAILS = frozenset(
    {
        *_TIME_KEYS,
        *("variant", "model", "reference", "guidance", "language", "lang", "group_key"),
        *("input_key", "latency_ms", "cost", "tokens", "usage", "error"),
    }
)
_PLAIN_DETAILS: tuple[tuple[str, Callable[[Any, str], Any]], ...] = (
    ("group_key", values.key),
    ("input_key", values.key),
    ("reference", values.text),
    ("latency_ms", values.whole),
    ("cost", values.positive),
)
_KNOWN = frozenset(
    {
        *(*TURN_KEYS, *ID_KEYS, *_PASSAGE_KEYS, *_META_KEYS, *_DETAILS),
        "system",
    }
)


def conversation_of(
    record: Any, *, file: str, line: int, mapping: FieldMap | None = None
) -> ParsedConversation:
    """Read one record; raises `RefusedError` with the reason when it cannot be kept whole."""
    if mapping:
        record = field_map.apply(record, mapping)
    if isinstance(record, list):
        record = {"messages": record}
    if not isinstance(record, dict):
        raise RefusedError(
            "not_a_record",
            _("The line is %(kind)s; a conversation is an object with its messages.")
            % {"kind": values.kind_of(record)},
        )
    unknown: dict[str, Any] = {}
    turns = canonical_turns(
        _raw_turns(record), field_map.roles(mapping) if mapping else {}, unknown
    )
    metadata = _metadata(record, unknown)
    _attach_passages(record, turns)
    found = finish(
        external_id=values.key(_first(record, ID_KEYS), "external_id"),
        turns=turns,
        metadata=metadata,
        file=file,
        line=line,
    )
    if not _DETAILS.isdisjoint(record):
        _details(found, record)
    return found


def finish(
    *,
    external_id: str,
    turns: list[dict[str, Any]],
    metadata: dict[str, Any],
    file: str,
    line: int,
    language: str = "",
) -> ParsedConversation:
    """Hash and count turns that are in our shape already."""
    turns_bytes = canonical(turns)
    content_hash = sha256(turns_bytes).hexdigest()
    if not external_id:
        external_id = f"sha256:{content_hash[:32]}"
        metadata["external_id_from"] = "content_hash"
    if not language:
        ascii_only = turns_bytes.isascii()
        sample = turns[0]["content"] if ascii_only else "".join(turn["content"] for turn in turns)
        language = values.guess_language(sample)
    return ParsedConversation(
        external_id=external_id,
        turns_json=turns_bytes.decode(),
        content_hash=content_hash,
        group_key=external_id,
        title=title_of(turns),
        language=language,
        metadata=metadata,
        n_turns=len(turns),
        n_chars=sum([len(turn["content"]) for turn in turns]),
        file=file,
        line=line,
    )


def title_of(turns: Sequence[Mapping[str, Any]]) -> str:
    """The opening words of the user, for lists that never read the turns."""
    for turn in turns:
        if turn["role"] == "user" and turn["content"]:
            words = " ".join(turn["content"][: 2 * TITLE_LENGTH].split())
            return words if len(words) <= TITLE_LENGTH else f"{words[: TITLE_LENGTH - 1]}…"
    return ""


def _details(found: ParsedConversation, record: Mapping[str, Any]) -> None:
    """What else a record may say; every field is optional, and most records have few."""
    get = record.get
    found.variant = _variant(get("variant"), get("model"))
    for name, read in _PLAIN_DETAILS:
        if (value := get(name)) is not None:
            setattr(found, name, read(value, name))
    found.group_key = found.group_key or found.external_id
    found.guidance = _guidance(get("guidance"))
    if given := (get("language") or get("lang")):
        found.language = values.language_code(given)
    if (time := _first(record, _TIME_KEYS)) is not None:
        found.started_at = values.time(time, "started_at")
    tokens = get("tokens", get("usage"))
    if isinstance(tokens, Mapping):
        tokens = tokens.get("total_tokens")
    if tokens is not None:
        found.tokens = values.whole(tokens, "tokens")
    if (error := get("error")) is not None:
        found.error = (
            canonical(error).decode() if isinstance(error, dict) else values.text(error, "error")
        )


def _raw_turns(record: Mapping[str, Any]) -> Any:
    for name in TURN_KEYS:
        turns = record.get(name)
        if turns is not None:
            break
    else:
        turns = _from_input_and_output(record)
    system = record.get("system")
    if isinstance(system, str) and system and isinstance(turns, list):
        return [{"role": "system", "content": system}, *turns]
    return turns


def _from_input_and_output(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    if record.get("input") is None or record.get("output") is None:
        raise RefusedError(
            "no_turns",
            _(
                "The record has none of turns, messages, conversations, or input and output "
                "(its keys: %(keys)s). Map one, as in turns=PATH."
            )
            % {"keys": ", ".join(list(record)[:12]) or "-"},
        )
    return [
        {"role": "user", "content": record["input"]},
        {"role": "assistant", "content": record["output"]},
    ]


def _metadata(record: Mapping[str, Any], unknown: dict[str, Any]) -> dict[str, Any]:
    """Their metadata and every key that has no field here, so that nothing is lost."""
    given = _first(record, _META_KEYS)
    metadata = dict(given) if isinstance(given, dict) else {} if given is None else {"value": given}
    for name in record:
        if name not in _KNOWN:
            metadata.setdefault(name, record[name])
    for names, name_set in _ALTERNATIVES:
        if len(name_set & record.keys()) > 1:
            for name in [name for name in names if record.get(name) is not None][1:]:
                metadata.setdefault(name, record[name])
    if not any(record.get(name) is not None for name in TURN_KEYS):
        for name in ("input", "output"):
            metadata.pop(name, None)
    if isinstance(record.get("system"), dict | list):
        metadata.setdefault("system", record["system"])
    if unknown:
        metadata["turns"] = unknown
    return metadata


def _attach_passages(record: Mapping[str, Any], turns: list[dict[str, Any]]) -> None:
    """Passages told of the whole record were given to its last answer."""
    raw = _first(record, _PASSAGE_KEYS)
    if not raw:
        return
    answer = next((turn for turn in reversed(turns) if turn["role"] == "assistant"), None)
    if answer is None:
        raise RefusedError(
            "passages_without_answer",
            _("The record has passages and no assistant turn that got them. Add the answer."),
        )
    answer["passages"] = passages(raw)


def _variant(variant: Any, model: Any) -> ParsedVariant | None:
    if variant is None or variant == "":
        return variant_of_model(values.short(model, "model")) if model else None
    if not isinstance(variant, Mapping):
        name = values.short(variant, "variant")
        return ParsedVariant(name=name, model=values.short(model, "model"))
    known = {
        name: values.short(variant.get(name), f"variant.{name}")
        for name in field_map.VARIANT_FIELDS
        if name not in {"parameters", "prompt"}
    }
    known["prompt"] = values.text(variant.get("prompt"), "variant.prompt")
    known["model"] = known["model"] or values.short(model, "model")
    given = variant.get("parameters")
    parameters = dict(given) if isinstance(given, Mapping) else {}
    for name, value in variant.items():
        if name not in field_map.VARIANT_FIELDS:
            parameters.setdefault(name, value)
    return ParsedVariant(**known, parameters=parameters)


def _guidance(value: Any) -> dict[str, Any] | None:
    if value is None or value == "":
        return None
    return dict(value) if isinstance(value, Mapping) else {"text": value}


def _first(record: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        value = record.get(name)
        if value is not None:
            return value
    return None
