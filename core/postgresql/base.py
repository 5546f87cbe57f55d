"""PostgreSQL as Django drives it, without a question before every request.

A connection is kept over requests, and whoever takes it up again has to know whether the server is
still there. Django asks `SELECT 1`. A server that went away has said so on the socket, or closed
it: while nothing waits to be read there, a question would tell no more, and it would cost every
request a way to the server and back.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        socket = select.poll()
        socket.register(self.connection.fileno(), select.POLLIN)
        if not socket.poll(0):
            return True
        answers: bool = super().is_usable()
        return answers
