"""The JSON Schema of a survey's document, made from the very properties that are checked."""

from typing import Any

from core.expressions import MAX_LENGTH
from surveys.document_problems import LOCALE, MAX_TEXT, NAME, VALUE
from surveys.document_shape import MAX_LOCALES, MAX_PAGES
from surveys.question_properties import COMMON, MAX_SHORT, OWN, Property

SCHEMA = "https://json-schema.org/draft/2020-12/schema"
WORDS = {"$ref": "#/$defs/words"}
CONDITION = {"type": "string", "maxLength": MAX_LENGTH}


def document_schema() -> dict[str, Any]:
    """Draft 2020-12; committed as `docs/reference/survey-schema.json`, which a test compares."""
    return {
        "$schema": SCHEMA,
        "title": "Survey document",
        "type": "object",
        "required": ["title", "locales", "pages"],
        "additionalProperties": False,
        "properties": {
            "title": WORDS,
            "description": WORDS,
            "locales": {
                "type": "array",
                "items": {"type": "string", "pattern": _whole(LOCALE.pattern)},
                "minItems": 1,
                "maxItems": MAX_LOCALES,
                "uniqueItems": True,
            },
            "pages": {
                "type": "array",
                "items": {"$ref": "#/$defs/page"},
                "minItems": 1,
                "maxItems": MAX_PAGES,
            },
            "thanks": WORDS,
        },
        "$defs": {"words": _words(), "page": _page()}
        | {f"{kind}": _question(str(kind)) for kind in OWN},
    }


def _words() -> dict[str, Any]:
    return {
        "type": "object",
        "propertyNames": {"pattern": _whole(LOCALE.pattern)},
        "additionalProperties": {"type": "string", "maxLength": MAX_TEXT},
    }


def _page() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["name", "elements"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "pattern": _whole(NAME.pattern)},
            "title": WORDS,
            "description": WORDS,
            "visibleIf": CONDITION,
            "elements": {
                "type": "array",
                "items": {"oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in OWN]},
                "minItems": 1,
            },
        },
    }


def _question(kind: str) -> dict[str, Any]:
    properties = {**COMMON, **OWN[kind]}
    return {
        "type": "object",
        "required": [name for name, wanted in properties.items() if wanted.required],
        "additionalProperties": False,
        "properties": {name: _property(wanted) for name, wanted in properties.items()}
        | {"type": {"const": kind}},
    }


def _property(wanted: Property) -> dict[str, Any]:
    match wanted.kind:
        case "words":
            return WORDS
        case "flag":
            return {"type": "boolean"}
        case "one":
            return {"enum": list(wanted.allowed)}
        case "whole":
            return {"type": "integer", "minimum": wanted.low, "maximum": wanted.high}
        case "name":
            return {"type": "string", "pattern": _whole(NAME.pattern)}
        case "condition":
            return CONDITION
        case "options":
            return _options(wanted)
        case "labels":
            return {"type": "object", "additionalProperties": WORDS}
        case _:
            return _translations()


def _options(wanted: Property) -> dict[str, Any]:
    value = {"type": "string", "pattern": _whole(VALUE.pattern)}
    flags: dict[str, Any] = {flag: {"type": "boolean"} for flag in sorted(wanted.flags)}
    return {
        "type": "array",
        "minItems": wanted.low,
        "maxItems": wanted.high,
        "items": {
            "type": "object",
            "required": ["value", "text"],
            "additionalProperties": False,
            "properties": {"value": value, "text": WORDS, **flags},
        },
    }


def _translations() -> dict[str, Any]:
    text = {"type": "string", "maxLength": MAX_SHORT}
    return {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "required": ["items", "source"],
            "additionalProperties": False,
            "properties": {"items": {"type": "array", "items": text}, "source": text},
        },
    }


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"
