"""Statements that are asked all day, by the calls of libpq that psycopg is made of.

A cursor of psycopg goes to the server by generators, so that it can be awaited and interrupted, and
reads its statement for places first. For a statement of two values that is 58 µs of a core, where
`psycopg.pq` takes 17, and a rater's cycle has half a dozen of them. What comes of it is the same:
values go and come by psycopg's adapters, and a statement is prepared once it was asked often.
"""

import select
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from psycopg import Connection, Error, OperationalError, pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result

from core.places import with_numbers

MOST_PREPARED = 200
"""Statements that a connection keeps prepared; the one asked longest ago goes first."""
MOST_COUNTED = 2_000
DONE = {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}
FORGOTTEN = {"0A000", "26000"}
"""The server no longer knows a prepared statement, or its tables have other columns now."""
Key = tuple[bytes, tuple[int, ...]]
"""A statement, and the types of its values."""


class TellingConnection(Connection[Any]):
    """Tells when psycopg has the server forget what was prepared: after a rollback or a DROP."""

    n_forgotten = 0

    def _deallocate(self, name: bytes | None) -> Any:
        self.n_forgotten += name is None
        return super()._deallocate(name)


class DirectCursor:
    """Takes a statement with `%s` and a list of values; gives all rows at once, as tuples."""

    def __init__(self, database: Any) -> None:
        self.database = database
        self.connection: TellingConnection = database.connection
        self.transformer = Transformer(self.connection)
        self.asked: Counter[Key] = Counter()
        self.names: OrderedDict[Key, bytes] = OrderedDict()
        self.n_named = self.n_forgotten = 0
        self.rowcount = 0
        """Rows that were written, or found."""
        self.result: Any = None
        self.has_answer, self.has_room = select.poll(), select.poll()
        self.has_answer.register(self.connection.fileno(), select.POLLIN)
        self.has_room.register(self.connection.fileno(), select.POLLOUT)

    def execute(self, text: str, values: Sequence[Any] = ()) -> None:
        self.database.validate_no_broken_transaction()
        with self.database.wrap_database_errors:
            self._ask(with_numbers(text), values)

    def fetchall(self) -> list[tuple[Any, ...]]:
        result, transformer = self.result, self.transformer
        with self.database.wrap_database_errors:
            transformer.set_pgresult(result)
            rows = transformer.load_rows(0, result.ntuples, tuple)
        transformer.set_pgresult(None)  # the cursor is kept, and what it gave shall not be
        self.result = None
        return rows

    def _ask(self, text: bytes, values: Sequence[Any]) -> None:
        pgconn, transformer = self.connection.pgconn, self.transformer
        dumped: Any = transformer.dump_sequence(values, formats_of(len(values)))
        types, formats = transformer.types or (), transformer.formats
        name = self._name((text, types))
        if begins(self.connection):
            if name:
                result = self._with_begin(pgconn.send_query_prepared, name, dumped, formats)
            else:
                result = self._with_begin(pgconn.send_query_params, text, dumped, types, formats)
        elif name:
            result = pgconn.exec_prepared(name, dumped, formats)
        else:
            result = pgconn.exec_params(text, dumped, types, formats)
        try:
            self.result = good(pgconn, result)
        except Error as error:
            if error.sqlstate in FORGOTTEN:
                self.names.clear()
            raise
        self.rowcount = result.command_tuples or 0

    def _with_begin(self, send: Callable[..., None], *statement: Any) -> Any:
        """The beginning of a transaction goes along with its first statement."""
        pgconn = self.connection.pgconn
        try:
            pgconn.enter_pipeline_mode()
            pgconn.send_query_params(b"BEGIN", None)
            send(*statement)
            pgconn.pipeline_sync()
            began, *results = self._answers()
            pgconn.exit_pipeline_mode()
        except BaseException:
            self.connection.close()  # what is still to come would be taken for the next answer
            raise
        good(pgconn, began)
        [result] = results
        return result

    def _answers(self) -> Iterator[Any]:
        """All results up to the end of the pipeline; other threads go on while one waits."""
        pgconn = self.connection.pgconn
        while pgconn.flush():
            self.has_room.poll()
        while True:
            while pgconn.is_busy():
                self.has_answer.poll()
                pgconn.consume_input()
            result = pgconn.get_result()
            if result is None:
                if pgconn.status != pq.ConnStatus.OK:
                    raise OperationalError(pgconn.get_error_message())
            elif result.status == pq.ExecStatus.PIPELINE_SYNC:
                return
            else:
                yield result

    def _name(self, key: Key) -> bytes | None:
        """What the statement is called at the server, once it has been asked often enough."""
        if self.n_forgotten != self.connection.n_forgotten:
            self.n_forgotten = self.connection.n_forgotten
            self.names.clear()
        if key in self.names:
            self.names.move_to_end(key)
            return self.names[key]
        often = self.connection.prepare_threshold
        self.asked[key] += 1
        if often is None or self.asked[key] <= often:
            if len(self.asked) > MOST_COUNTED:
                self.asked.clear()
            return None
        self.n_named += 1
        pgconn, name = self.connection.pgconn, b"_ts%d" % self.n_named
        good(pgconn, pgconn.prepare(name, *key))
        self.names[key] = name
        if len(self.names) > MOST_PREPARED:
            _key, oldest = self.names.popitem(last=False)
            good(pgconn, pgconn.exec_(b"DEALLOCATE " + oldest))
        return name


def good(pgconn: Any, result: Any) -> Any:
    """The result, if there is one; else what psycopg would raise."""
    if result.status in DONE:
        return result
    if pgconn.status != pq.ConnStatus.OK:
        raise OperationalError(pgconn.get_error_message())
    raise error_from_result(result, encoding=pgconn._encoding)


def begins(connection: Connection[Any]) -> bool:
    """Whether a transaction was asked for and nothing has been asked in it yet."""
    is_idle = connection.pgconn.transaction_status == pq.TransactionStatus.IDLE
    return is_idle and not connection.autocommit


def commit(connection: Connection[Any]) -> None:
    pgconn = connection.pgconn
    if pgconn.transaction_status != pq.TransactionStatus.IDLE:
        good(pgconn, pgconn.exec_(b"COMMIT"))


@lru_cache(256)
def formats_of(n: int) -> list[PyFormat]:
    """psycopg chooses for each value whether it goes as text."""
    return [PyFormat.AUTO] * n
