"""A keep-alive HTTP/1.1 client on a bare socket, for loopback.

The driver shares the machine's cores with the server, so whatever a client costs would be measured
as the server's. This one costs some 40 microseconds a request.
"""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class UnexpectedAnswerError(Exception):
    """A server said something that a bench cannot go on from."""


class Wire:
    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.socket: socket.socket | None = None
        self.rest = b""

    @property
    def local_port(self) -> int:
        """Of the connection, at this end; 0 where there is none."""
        port: int = self.socket.getsockname()[1] if self.socket else 0
        return port

    def get(self, path: str, **more: str) -> Answer:
        return self.ask("GET", path, headers=more)

    def post(
        self, path: str, form: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(form).encode(), kind | dict(headers or {}))

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        sink: Callable[[bytes], object] | None = None,
    ) -> Answer:
        """One request; `sink` takes the body as it comes. A closed connection is opened once more.

        A server may close a connection that it has kept only before it reads the next request, so
        asking again cannot do a thing twice.
        """
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        if self.cookies:
            jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            lines.append(f"Cookie: {jar}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if method != "GET":
            lines.append(f"Content-Length: {len(body or b'')}")
        message = ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b"")
        is_kept = self.socket is not None
        try:
            status, found = self._send(message)
        except (ConnectionError, BrokenPipeError):
            if not is_kept:
                raise
            self.close()
            status, found = self._send(message)
        parts: list[bytes] = []
        self._read_body(status, found, sink or parts.append)
        if found.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, found, b"".join(parts))

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket, self.rest = None, b""

    def _send(self, message: bytes) -> tuple[int, dict[str, str]]:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=600)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(message)
        head, self.rest = self._until(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                cookie, _, content = value.strip().partition(";")[0].partition("=")
                self.cookies[cookie] = content
            headers[name.lower()] = value.strip()
        return int(first.split(" ", 2)[1]), headers

    def _until(self, mark: bytes) -> tuple[bytes, bytes]:
        data = self.rest
        while mark not in data:
            data += self._more()
        before, _, after = data.partition(mark)
        return before, after

    def _more(self) -> bytes:
        assert self.socket is not None  # noqa: S101  # opened by _send
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionResetError("The server closed the connection.")
        return data

    def _exactly(self, size: int, take: Callable[[bytes], object]) -> None:
        missing = size
        while missing:
            data, self.rest = self.rest or self._more(), b""
            take(data[:missing])
            self.rest = data[missing:]
            missing -= min(missing, len(data))

    def _read_body(
        self, status: int, headers: Mapping[str, str], take: Callable[[bytes], object]
    ) -> None:
        if "chunked" in headers.get("transfer-encoding", ""):
            while True:
                size, self.rest = self._until(b"\r\n")
                self._exactly(int(size, 16), take)
                _end, self.rest = self._until(b"\r\n")
                if not int(size, 16):
                    return
        elif "content-length" in headers:
            self._exactly(int(headers["content-length"]), take)
        elif status not in {204, 304}:
            self._until_closed(take)

    def _until_closed(self, take: Callable[[bytes], object]) -> None:
        take(self.rest)
        assert self.socket is not None  # noqa: S101  # opened by _send
        while data := self.socket.recv(262_144):
            take(data)
        self.close()
