"""SQLite as Django drives it, for many raters at once.

Two things differ. Whoever begins a transaction waits for a turn instead of asking SQLite again and
again (`turns`), and the text of a statement is brought into SQLite's form once: Django does that at
every call, which for a query of twelve tables took longer than running it.
"""

from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from core.sqlite3.turns import Turns, turns_of

KEPT_LENGTH = 10_000
"""Longer statements carry many rows and are not met again in the same length."""


class Cursor(base.SQLiteCursorWrapper):
    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        if param_names is None and len(query) <= KEPT_LENGTH:
            return converted(query)
        written: str = super().convert_query(query, param_names=param_names)  # type: ignore[misc]
        return written


@lru_cache(maxsize=1024)
def converted(query: str) -> str:
    written: str = base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")
    return written


class DatabaseWrapper(base.DatabaseWrapper):
    turn: Turns | None = None

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # where it fails, a rollback follows
        self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _take_turn(self) -> None:
        if self.turn is not None or self.is_in_memory_db():
            return
        turns = turns_of(self.settings_dict["NAME"])
        seconds = self.settings_dict["OPTIONS"].get("timeout", 5)
        if not turns.take(seconds):
            raise OperationalError(f"Others have been writing to the database for {seconds} s.")
        self.turn = turns

    def _end_turn(self) -> None:
        if self.turn is not None:
            turns, self.turn = self.turn, None
            turns.end()
