"""Whose turn it is to write to a SQLite database.

SQLite lets one connection write at a time and has the others ask again after 1, 2, 5, 10 and then
more milliseconds: with eight raters at work most of the time nobody writes, and who waited longest
is not served first. Here a thread waits for the other threads of its process on a lock, and one of
each process asks for a lock on a file, often.

Processes alternate: who waits for the turn holds the place behind it, so that the next thread of
the process whose turn ends cannot be quicker. It always was, being awake already: one process, and
so one core, then did nearly all the work while the other one slept.

It is a courtesy, not the guarantee: SQLite still refuses a second writer, so a process that does
not know of the file only makes others wait. The file's lock ends with the process that holds it.
"""

import fcntl
import os
import time
from functools import cache
from pathlib import Path
from threading import Lock

SHORTEST, LONGEST = 0.0001, 0.002
"""Seconds between two questions to other processes: a submit's turn takes two thousandths."""


TURN, NEXT = 0, 1
"""Bytes of the file, which need not be there to be locked."""


class Turns:
    def __init__(self, path: str) -> None:
        self.path = path
        self.threads = Lock()
        self.file: int | None = None

    def take(self, seconds: float) -> bool:
        """Wait for the turn for so long; False: it never came."""
        until = time.monotonic() + seconds
        if not self.threads.acquire(timeout=seconds):
            return False
        try:
            is_ours = self._take_file(until)
        except BaseException:
            self.threads.release()
            raise
        if not is_ours:
            self.threads.release()
        return is_ours

    def end(self) -> None:
        self._let_go(TURN)
        self.threads.release()

    def _take_file(self, until: float) -> bool:
        if self.file is None:
            self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not self._hold(self.file, NEXT, until):
            return False
        try:
            return self._hold(self.file, TURN, until)
        finally:
            self._let_go(NEXT)

    def _let_go(self, place: int) -> None:
        if self.file is not None:
            fcntl.lockf(self.file, fcntl.LOCK_UN, 1, place)

    @staticmethod
    def _hold(file: int, place: int, until: float) -> bool:
        pause = SHORTEST
        while True:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except (BlockingIOError, PermissionError):
                if time.monotonic() > until:
                    return False
                time.sleep(pause)
                pause = min(pause * 1.1, LONGEST)
            else:
                return True

    def forget(self) -> None:
        """Begin anew in a child process, which would else share its parent's turn."""
        if self.file is not None:
            os.close(self.file)
        self.__init__(self.path)  # type: ignore[misc]


@cache
def _turns_at(path: str) -> Turns:
    turns = Turns(path)
    os.register_at_fork(after_in_child=turns.forget)
    return turns


@cache
def turns_of(database: str | Path) -> Turns:
    """One for each database file and process, however it is called."""
    return _turns_at(f"{os.path.realpath(database)}-turn")
