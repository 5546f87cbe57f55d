"""A disk that is full or may only be read: known for what it is, wherever it strikes.

It is nobody's fault in the code and nothing that a person who rates can mend, so it gets its own
words: that nothing was saved, and who can make room.
"""

import errno
from collections.abc import Iterator
from enum import StrEnum


class NoRoom(StrEnum):
    FULL = "full"
    READ_ONLY = "read-only"
    CLOSED = "closed"


OF_SYSTEM = {
    errno.ENOSPC: NoRoom.FULL,
    errno.EDQUOT: NoRoom.FULL,
    errno.EROFS: NoRoom.READ_ONLY,
    errno.EACCES: NoRoom.CLOSED,
}
OF_SQLITE = {13: NoRoom.FULL, 8: NoRoom.READ_ONLY, 14: NoRoom.CLOSED}
"""SQLITE_FULL, SQLITE_READONLY, SQLITE_CANTOPEN; the upper bits of a code say more than we ask."""
OF_POSTGRESQL = {"53100": NoRoom.FULL, "25006": NoRoom.READ_ONLY}


def no_room(error: BaseException | None) -> NoRoom | None:
    """Why nothing can be written, if that is what an error comes from."""
    for cause in causes(error):
        found = (
            OF_SYSTEM.get((isinstance(cause, OSError) and cause.errno) or 0)
            or OF_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
            or OF_POSTGRESQL.get(getattr(cause, "sqlstate", None) or "")
        )
        if found:
            return found
    return None


def causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


WAY_OUT = {
    NoRoom.FULL: "its disk is full. Make room there",
    NoRoom.READ_ONLY: "it may only be read. Mount it for writing",
    NoRoom.CLOSED: "this user may not. Give the folder to this user",
}


def cannot_write(error: BaseException, home: str) -> str:
    """What a command says to the operator; empty when something else went wrong.

    A file elsewhere that may not be opened is the command's own business.
    """
    found = no_room(error)
    file = str(getattr(error, "filename", None) or home)
    if found is None or (found is NoRoom.CLOSED and not file.startswith(home)):
        return ""
    return (
        f"Touchstone cannot write to '{file}': {WAY_OUT[found]}, or set TOUCHSTONE_HOME to "
        "another folder."
    )
