"""Turns as the world writes them, made into turns as we store them.

The short way is for a turn of a role and a text, which almost all are; the long way knows the
shapes of chat APIs, of ShareGPT and of retrieval logs, and refuses by number what it cannot keep.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from conversations.importers import values
from conversations.importers.base import RefusedError
from conversations.importers.passages import passages
from core.text import canonical

ROLES = {
    **dict.fromkeys(("user", "human", "prompter"), "user"),
    **dict.fromkeys(("assistant", "gpt", "bot", "chatbot", "agent", "ai", "model"), "assistant"),
    **dict.fromkeys(("system", "developer"), "system"),
    **dict.fromkeys(("tool", "function", "observation"), "tool"),
}
_IDS = tuple(str(number) for number in range(512))
_ROLE_KEYS = ("role", "from", "speaker")
_CONTENT_KEYS = ("content", "text", "value")
_PASSAGE_KEYS = ("passages", "contexts", "context", "documents")
_TIME_KEYS = ("at", "timestamp", "created_at", "time")
_KNOWN = frozenset(
    {
        *(*_ROLE_KEYS, *_CONTENT_KEYS, *_PASSAGE_KEYS, *_TIME_KEYS),
        *("id", "name", "tool_calls", "tool_call_id", "function_call"),
    }
)


def canonical_turns(
    raw_turns: Any, extra_roles: Mapping[str, str], unknown: dict[str, Any]
) -> list[dict[str, Any]]:
    """Our turns of a record's; keys that are not a turn's go to `unknown`, by turn number."""
    if not isinstance(raw_turns, list):
        raise RefusedError(
            "turns_not_a_list",
            _("The turns are %(kind)s; they must be a list of turns with role and content.")
            % {"kind": values.kind_of(raw_turns)},
        )
    if not raw_turns:
        raise RefusedError(
            "no_turns",
            _("The conversation has no turns; it needs one. Leave the line out or add its turns."),
        )
    roles = {**ROLES, **extra_roles} if extra_roles else ROLES
    turns: list[dict[str, Any]] = []
    append = turns.append
    plain = True
    for number, raw in enumerate(raw_turns):
        if type(raw) is dict and len(raw) == 2:
            content = raw.get("content")
            if content is None:
                content = raw.get("text")
            role = raw.get("role")
            if type(content) is str and type(role) is str and role in roles:
                append({"content": content, "id": _id(number), "role": roles[role]})
                continue
        plain = False
        append(_turn(number, raw, roles, unknown))
    if not plain:
        _check_ids(turns)
    return turns


def _id(number: int) -> str:
    return _IDS[number] if number < len(_IDS) else str(number)


def _turn(
    number: int, raw: Any, roles: Mapping[str, str], unknown: dict[str, Any]
) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise RefusedError(
            "turn_not_an_object",
            _("Turn %(number)s is %(kind)s; a turn is an object with role and content.")
            % {"number": number + 1, "kind": values.kind_of(raw)},
        )
    calls = _tool_calls(number, raw)
    turn: dict[str, Any] = {
        "id": values.key(raw.get("id"), "id") or _id(number),
        "role": _role(number, raw, roles),
        "content": _content(number, raw, has_calls=bool(calls)),
    }
    if calls:
        turn["tool_calls"] = calls
    for name in ("name", "tool_call_id"):
        if raw.get(name) is not None:
            turn[name] = values.text(raw[name], name)
    if (at := values.time(_first(raw, _TIME_KEYS), "at")) is not None:
        turn["at"] = at.isoformat()
    if found := passages(_first(raw, _PASSAGE_KEYS)):
        turn["passages"] = found
    rest = {key: value for key, value in raw.items() if key not in _KNOWN and value is not None}
    if rest:
        unknown[str(number)] = rest
    return turn


def _role(number: int, raw: Mapping[str, Any], roles: Mapping[str, str]) -> str:
    given = _first(raw, _ROLE_KEYS)
    if given is None:
        raise RefusedError(
            "no_role",
            _("Turn %(number)s has no role; it must be user, assistant, system or tool. Add it.")
            % {"number": number + 1},
        )
    role = roles.get(str(given)) or roles.get(str(given).strip().lower())
    if role is None:
        raise RefusedError(
            "unknown_role",
            _(
                "Turn %(number)s has the role %(role)s; roles are user, assistant, system and "
                "tool. Correct it, or map it with role.%(role)s=user."
            )
            % {"number": number + 1, "role": str(given)[:60]},
        )
    return role


def _content(number: int, raw: Mapping[str, Any], *, has_calls: bool) -> str:
    content = _first(raw, _CONTENT_KEYS)
    if isinstance(content, str):
        return content
    if content is None:
        if has_calls:
            return ""
        raise RefusedError(
            "null_content",
            _(
                "Turn %(number)s has no content; only a turn with tool calls may have none. Add "
                "its text, or leave the turn out."
            )
            % {"number": number + 1},
        )
    if isinstance(content, list):
        return "\n".join(_part(number, part) for part in content)
    if isinstance(content, int | float) and not isinstance(content, bool):
        return str(content)
    raise RefusedError(
        "content_not_text",
        _("The content of turn %(number)s is %(kind)s; it must be text or a list of text parts.")
        % {"number": number + 1, "kind": values.kind_of(content)},
    )


def _part(number: int, part: Any) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, dict) and isinstance(part.get("text"), str):
        return str(part["text"])
    kind = part.get("type") if isinstance(part, dict) else values.kind_of(part)
    raise RefusedError(
        "part_not_text",
        _(
            "Turn %(number)s holds a part of type %(kind)s; only text can be rated here. Replace "
            "the part by a text that stands for it."
        )
        % {"number": number + 1, "kind": str(kind)[:60]},
    )


def _tool_calls(number: int, raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The calls in the shape of chat APIs, with arguments as the text that was sent."""
    calls = raw.get("tool_calls")
    if calls is None and isinstance(raw.get("function_call"), dict):
        calls = [{"function": raw["function_call"]}]
    if not calls:
        return []
    if not isinstance(calls, list):
        calls = [calls]
    return [_tool_call(number, place, call) for place, call in enumerate(calls)]


def _tool_call(number: int, place: int, call: Any) -> dict[str, Any]:
    body = call.get("function", call) if isinstance(call, dict) else None
    name = body.get("name") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(name, str):
        raise RefusedError(
            "tool_call_without_name",
            _(
                "Tool call %(place)s of turn %(number)s names no function; it needs "
                "function.name and function.arguments."
            )
            % {"place": place + 1, "number": number + 1},
        )
    arguments = body.get("arguments", "")
    if not isinstance(arguments, str):
        arguments = canonical(arguments).decode()
    return {
        "id": values.text(call.get("id"), "tool_calls.id") or f"call_{number}_{place}",
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }


def _check_ids(turns: list[dict[str, Any]]) -> None:
    seen: dict[str, int] = {}
    for number, turn in enumerate(turns):
        first = seen.setdefault(turn["id"], number)
        if first != number:
            raise RefusedError(
                "duplicate_turn_id",
                _(
                    "Turns %(first)s and %(second)s have the same id %(id)s; feedback names a "
                    "turn by its id. Make the ids different, or leave them out."
                )
                % {"first": first + 1, "second": number + 1, "id": turn["id"]},
            )


def _first(raw: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        value = raw.get(name)
        if value is not None:
            return value
    return None
