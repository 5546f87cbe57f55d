"""PostgreSQL as Django drives it, without a question before every request and without a compiler.

A connection is kept over requests, and whoever takes it up again has to know whether the server is
still there. Django asks `SELECT 1`. A server that went away has said so on the socket, or closed
it: while nothing waits to be read there, a question would tell no more, and it would cost every
request a way to the server and back.

The server compiles statements that it thinks dear. What it expects of a table of millions has
little to do with the page of it that is asked for: it compiled the statement of each page of an
export anew, four times as long as it then took to read it.
"""

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg import IsolationLevel

from core.postgresql.direct import DirectCursor, TellingConnection, commit


class DatabaseWrapper(base.DatabaseWrapper):
    def init_connection_state(self) -> None:
        super().init_connection_state()
        # Not as an option of the connection itself: some poolers refuse those.
        with self.cursor() as cursor:
            cursor.execute("SET jit = off")
        if not self.get_autocommit():
            self.connection.commit()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if {"pool", "isolation_level"} & self.settings_dict["OPTIONS"].keys():
            return super().get_new_connection(conn_params)
        self.isolation_level = IsolationLevel.READ_COMMITTED
        return TellingConnection.connect(**conn_params)

    def direct_cursor(self) -> DirectCursor | None:
        """A cursor for `core.prepared`; None where connections are opened in another way."""
        return DirectCursor(self) if isinstance(self.connection, TellingConnection) else None

    def _commit(self) -> None:
        if self.connection is None or self.queries_logged:
            super()._commit()  # type: ignore[misc]  # the stubs do not know it
        else:
            with self.wrap_database_errors:
                commit(self.connection)

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        socket = select.poll()
        socket.register(self.connection.fileno(), select.POLLIN)
        if not socket.poll(0):
            return True
        answers: bool = super().is_usable()
        return answers
