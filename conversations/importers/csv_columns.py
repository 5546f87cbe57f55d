"""Which column of a table holds which field, by the mapping or by the names of the columns."""

from typing import Any

import orjson
from django.utils.translation import gettext as _

from conversations.importers import mapping as field_map
from conversations.importers.base import FieldMap, Limits, RefusedError
from conversations.importers.csv_rows import Row
from conversations.importers.jsontext import parse
from conversations.importers.values import is_nothing

GUESSES: dict[str, tuple[str, ...]] = {
    "external_id": ("external_id", "conversation_id", "conversation", "session_id", "id"),
    "turns": ("turns", "messages", "conversations"),
    "input": ("input", "prompt", "question", "query", "instruction", "user"),
    "output": ("output", "response", "answer", "completion", "assistant", "result"),
    "reference": ("reference", "expected", "expected_output", "target", "ideal"),
    "passages": ("passages", "contexts", "context"),
    "model": ("model",),
    "variant": ("variant",),
    "turn.role": ("role", "speaker", "from"),
    "turn.content": ("content", "text", "message", "utterance", "value"),
    "turn.at": ("at", "timestamp", "time"),
    "turn.name": ("name",),
}
_TURN_TABLE = frozenset({"external_id", "turn.role", "turn.content"})
LIMITS = Limits()
_JSON_FIELDS = frozenset({"turns", "passages", "guidance", "metadata", "variant.parameters"})


class Columns:
    """Which cell of a row holds which field."""

    def __init__(self, header: list[str], mapping: FieldMap) -> None:
        names = [name.strip() for name in header]
        self.titles = [name or f"[{place}]" for place, name in enumerate(names)]
        self.names = [
            f"{title} [{place}]" if title in self.titles[:place] else title
            for place, title in enumerate(self.titles)
        ]  # of two columns of one name neither is lost
        self.roles = {name: role for name, role in mapping.items() if name.startswith("role.")}
        self.places: dict[str, int] = {}
        self.inner: dict[str, str] = {}
        for field, path in mapping.items():
            if field not in self.roles:
                self.places[field], self.inner[field] = self._place(field, path)
        lowered = {name.lower(): place for place, name in reversed(list(enumerate(names)))}
        taken = set(self.places.values())
        for field, guesses in GUESSES.items():
            place = next((lowered[guess] for guess in guesses if guess in lowered), None)
            if field not in self.places and place is not None and place not in taken:
                self.places[field] = place
                taken.add(place)
        self._check()
        fields = self.places.keys()
        self.is_turn_table = fields >= _TURN_TABLE and not fields >= {"input", "output"}
        if not self.is_turn_table:
            for field in [field for field in fields if field.startswith("turn.")]:
                del self.places[field]

    def _place(self, field: str, path: str) -> tuple[int, str]:
        """The column of a path, and the rest of the path, which leads into JSON in its cells."""
        for place, name in enumerate(self.names):
            if path == name:
                return place, ""
        for place, name in enumerate(self.names):
            for column in (name, f"[{place}]"):
                if path.startswith((f"{column}.", f"{column}[")) or path == column:
                    return place, path[len(column) :].removeprefix(".")
        raise RefusedError(
            "unknown_column",
            _("Field %(field)s is mapped to column %(path)s; the columns are %(columns)s.")
            % {"field": field, "path": path, "columns": ", ".join(self.names[:30])},
        )

    def _check(self) -> None:
        fields = self.places.keys()
        if fields >= _TURN_TABLE or "turns" in fields or {"input", "output"} <= fields:
            return
        raise RefusedError(
            "columns_unknown",
            _(
                "From the columns %(columns)s no conversation can be made. Map either input and "
                "output (a row a conversation), or external_id, turn.role and turn.content (a "
                "row a turn), as in input=COLUMN."
            )
            % {"columns": ", ".join(self.names[:30])},
        )

    def is_second_header(self, row: Row) -> bool:
        """Whether the row under the header explains it, as survey tools do: it has no id."""
        cells = [cell.strip() for cell in row.cells]
        if cells == self.titles[: len(cells)]:
            return True
        return "external_id" in self.places and not self.cell(row, "external_id").strip()

    def cell(self, row: Row, field: str) -> str:
        place = self.places.get(field)
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    def value(self, row: Row, field: str) -> Any:
        """A cell as its field needs it: parsed where the field or the path asks for JSON."""
        cell = self.cell(row, field)
        path = self.inner.get(field)
        if not path and (field not in _JSON_FIELDS or cell[:1] not in ("[", "{")):
            return cell
        try:
            orjson.loads(cell)
        except orjson.JSONDecodeError as error:
            raise RefusedError(
                "cell_not_json",
                _("The cell of %(field)s is not JSON: %(detail)s. Correct it.")
                % {"field": field, "detail": error},
            ) from error
        parsed = parse(cell.encode(), LIMITS)  # which refuses what no database holds
        found = field_map.look_up(parsed, path) if path else parsed
        return None if found is field_map.MISSING else found

    def record(self, row: Row) -> dict[str, Any]:
        """The fields of a conversation in this row; the other columns become metadata."""
        if len(row.cells) > len(self.names) and any(row.cells[len(self.names) :]):
            raise RefusedError(
                "too_many_cells",
                _(
                    "The row has %(cells)s cells under %(columns)s columns. Put text with commas "
                    "in quotation marks."
                )
                % {"cells": len(row.cells), "columns": len(self.names)},
            )
        record: dict[str, Any] = {}
        for field in self.places:
            if not field.startswith("turn."):
                value = self.value(row, field)
                if value != "" or field in {"input", "output"}:
                    _put(record, field, value)
        used = set(self.places.values())
        for place, (name, cell) in enumerate(zip(self.names, row.cells, strict=False)):
            if place not in used and cell != "":
                _put(record, f"metadata.{name}", cell)
        return record

    def turn(self, row: Row) -> dict[str, Any]:
        fields = [field for field in self.places if field.startswith("turn.")]
        turn = {field[5:]: self.value(row, field) for field in fields}
        return {
            name: value
            for name, value in turn.items()
            if name in {"role", "content"} or not is_nothing(value)
        }


def _put(record: dict[str, Any], field: str, value: Any) -> None:
    outer, dot, inner = field.partition(".")
    if not dot:
        record[outer] = value
        return
    known = record.setdefault(outer, {})
    if isinstance(known, dict):
        known[inner] = value
