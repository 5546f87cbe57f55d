"""Sending one message to an address that somebody typed, and to no machine of the inner network.

The name is resolved once, every address it has is looked at, and the connection goes to the one
that was looked at: a name that means something else a moment later gains nothing. Redirects are not
followed and no proxy is asked.
"""

import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

SECONDS = 15.0
"""For everything together, so that an answer that drips keeps no worker."""
PORTS = (80, 443)
LOWEST_OTHER_PORT = 1024
"""Below are services that a line of HTTP might set off: mail, SSH."""
NAT64 = ip_network("64:ff9b::/96")

PROBLEMS = {
    "address": _("The address cannot be used: https, a host and port 443, 80 or from 1024 on."),
    "unknown": _("The name of its host is not known."),
    "inside": _("Its host is in an inner network, to which nothing is sent."),
    "plain": _("It is not encrypted; outside the networks of the operator only https is used."),
    "certificate": _("The certificate of its host is not valid."),
    "unreachable": _("Its host cannot be reached."),
    "slow": _("Its host did not answer in 15 seconds."),
    "moved": _("It redirects, which is not followed. Give the new address."),
    "refused": _("It answered with an error."),
}

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class SendingError(Exception):
    """Nothing was sent; `code` is one of `PROBLEMS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Outcome:
    status: int | None = None
    problem: str = ""

    @property
    def is_delivered(self) -> bool:
        return not self.problem


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """What the receiver made of it; nothing that it does raises."""
    try:
        parts, port = target_of(url)
        address = checked_address(parts, port)
        status = _posted(parts, str(address), port, body, headers)
    except SendingError as problem:
        return Outcome(problem=problem.code)
    except ssl.SSLError:
        return Outcome(problem="certificate")
    except TimeoutError:
        return Outcome(problem="slow")
    except (OSError, HTTPException):
        return Outcome(problem="unreachable")
    if 300 <= status < 400:
        return Outcome(status, "moved")
    return Outcome(status, "" if 200 <= status < 300 else "refused")


def target_of(url: str) -> tuple[SplitResult, int]:
    """The parts of an address that can be one of ours, and its port."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise SendingError("address") from None
    is_plain = url.isascii() and url.isprintable() and " " not in url
    named = parts.scheme in ("http", "https") and bool(parts.hostname)
    if not (is_plain and named) or "@" in parts.netloc or parts.fragment:
        raise SendingError("address")
    if port not in PORTS and port < LOWEST_OTHER_PORT:
        raise SendingError("address")
    return parts, port


def checked_address(parts: SplitResult, port: int) -> Address:
    """Where the host is, if all of it is where messages may go."""
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        addresses = [ip_address(str(place[0]).partition("%")[0]) for *_rest, place in found]
    except (OSError, UnicodeError, ValueError):
        raise SendingError("unknown") from None
    if not addresses:
        raise SendingError("unknown")
    own = networks()
    if not all(is_outside(one) or is_named(one, own) for one in addresses):
        raise SendingError("inside")
    if parts.scheme != "https" and not all(is_named(one, own) for one in addresses):
        raise SendingError("plain")
    return addresses[0]


def networks() -> list[Network]:
    """Inner networks to which the operator lets messages go."""
    return [ip_network(one) for one in settings.WEBHOOK_NETWORKS]


def is_named(address: Address, own: Sequence[Network]) -> bool:
    return any(one in network for one in _meant(address) for network in own)


def is_outside(address: Address) -> bool:
    """Whether the address, and any that is wrapped in it, belongs to the public internet.

    >>> [is_outside(ip_address(one)) for one in ("8.8.8.8", "::ffff:10.0.0.1", "169.254.169.254")]
    [True, False, False]
    """
    return all(one.is_global and not one.is_multicast for one in _meant(address))


def _meant(address: Address) -> list[Address]:
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address.sixtofour:
        return [address, address.sixtofour]
    if address.teredo:
        return [address, *address.teredo]
    if address in NAT64:
        return [address, IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address]


class Deadline:
    """Shuts a connection when its time is over, whatever it is waiting for then."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self.is_over = False
        self._timer = Timer(SECONDS, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._timer.cancel()
        self.socket.close()

    def _end(self) -> None:
        self.is_over = True
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


def _posted(
    parts: SplitResult, address: str, port: int, body: bytes, headers: Mapping[str, str]
) -> int:
    connected = socket.create_connection((address, port), timeout=SECONDS)
    with Deadline(connected) as deadline:
        try:
            if parts.scheme == "https":
                _encrypt(deadline, str(parts.hostname))
            return _answered(deadline.socket, parts, body, headers)
        except (OSError, HTTPException):
            if deadline.is_over:
                raise TimeoutError from None
            raise


def _encrypt(deadline: Deadline, host: str) -> None:
    trusted = ssl.create_default_context()
    wrapped = trusted.wrap_socket(
        deadline.socket, server_hostname=host, do_handshake_on_connect=False
    )
    deadline.socket = wrapped
    wrapped.do_handshake()


def _answered(
    connected: socket.socket, parts: SplitResult, body: bytes, headers: Mapping[str, str]
) -> int:
    """The status alone: what else the receiver says is nobody's."""
    connection = HTTPConnection(str(parts.hostname))
    connection.sock = connected
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "User-Agent": "Touchstone-Webhooks/1",
        "Connection": "close",
        **headers,
    }
    connection.request("POST", path, body, sent)
    with connection.getresponse() as answer:
        return answer.status
