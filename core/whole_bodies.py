"""A request whose sender broke off is refused, never taken for a shorter one.

A web server ends the stream where the connection ended, and Django reads what is there: half a
comment would be stored as the comment, half a file be imported as the file.
"""

from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

from django.core.exceptions import BadRequest

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def whole_bodies(application: Wsgi) -> Wsgi:
    def checked(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        said = environ.get("CONTENT_LENGTH") or ""
        if said.isdecimal():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(said))
        return application(environ, start_response)

    return checked


class WholeBody:
    """A body of a known length; to end before it is an error, and Django answers it with 400."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self.stream = stream
        self.left = length

    def read(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        data = self.stream.read(wanted) if wanted else b""
        return self._counted(data, is_cut=len(data) < wanted)

    def readline(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        data = self.stream.readline(wanted) if wanted else b""
        return self._counted(data, is_cut=len(data) < wanted and not data.endswith(b"\n"))

    def _counted(self, data: bytes, *, is_cut: bool) -> bytes:
        self.left -= len(data)
        if is_cut:
            raise BadRequest(f"The connection ended {self.left} bytes before the body did.")
        return data
