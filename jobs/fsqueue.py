"""kombu's file transport with its races closed, so that embedded use needs no broker.

Three things go wrong in the stock transport when several processes share a folder:

1. It creates a message file and then writes it. A consumer that looks in between takes an empty
   file, fails to decode it, and the message is gone (kombu issue 1551). Here a message appears
   whole, by rename.
2. It takes a message by moving it into the system's temporary folder, which on another file
   system is copy and delete: two workers can take the same one. Here taking is unlinking, and
   the operating system lets exactly one process unlink a file.
3. It creates the table of an exchange empty and locks it afterwards. A producer that looks in
   between cannot decode it. Here the table, too, appears whole.

Messages are ordered by wall clock, because a monotonic clock restarts with the machine. A message
is not kept until it is acknowledged: the Job row is what survives a crash.
"""

# kombu is typed in part only.
# mypy: disable-error-code="no-untyped-call"

import fcntl
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


def write_whole(path: Path, content: str) -> None:
    """Make a file appear with all of its content, or not at all."""
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}~")
    unfinished.write_text(content, encoding="utf-8")
    unfinished.rename(path)


class Channel(filesystem.Channel):
    def _put(  # type: ignore[override]  # kombu's own bases disagree on the name of the second
        self, queue: str, payload: Any, **kwargs: Any
    ) -> None:
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        write_whole(Path(self.data_folder_out, name), dumps(payload))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            path = Path(self.data_folder_in, name)
            try:
                content = path.read_text(encoding="utf-8")
                path.unlink()
            except FileNotFoundError:
                continue
            return loads(content)
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        table = self._exchange_file(exchange)
        with Path(self.control_folder, ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not table.exists():
                write_whole(table, "[]")
        super()._queue_bind(exchange, routing_key, pattern, queue)


class Transport(filesystem.Transport):
    Channel = Channel
