"""As many raters at each process of a web server as at the others.

A connection stays with the process that took it up, and which one that is, is a matter of luck: of
eight raters one process may get all, and then a core does nothing while the other has everything to
do. A load balancer deals them out; here those of the fuller process come again until it is even.
"""

import os
from collections import Counter
from collections.abc import Sequence

from bench.processes import PROC, tree
from bench.raters import Desk
from bench.servers import Server
from bench.wire import UnexpectedAnswerError

PROCESSES = 2
TRIES = 400
ESTABLISHED = "01"


def spread(server: Server, desks: Sequence[Desk]) -> None:
    """Deal the desks, whose connections are open, out to the processes of the server."""
    most = -(-len(desks) // PROCESSES)
    for _try in range(TRIES):
        at = whose(server)
        held = [at.get(desk.wire.local_port, 0) for desk in desks]
        [(fullest, count)] = Counter(held).most_common(1)
        if count <= most:
            return
        wire = desks[held.index(fullest)].wire
        wire.close()
        wire.get(server.page)
    raise UnexpectedAnswerError(
        f"One process of the server took {count} of {len(desks)} connections, however often they "
        f"were made anew."
    )


def whose(server: Server) -> dict[int, int]:
    """The process that holds a connection, by the port at the other end of it."""
    ports = {}
    for table in ("tcp", "tcp6"):
        for line in PROC.joinpath("net", table).read_text().splitlines()[1:]:
            words = line.split()
            here, there, state, inode = words[1], words[2], words[3], words[9]
            if state == ESTABLISHED and port_of(here) == server.port:
                ports[f"socket:[{inode}]"] = port_of(there)
    return {
        ports[target]: pid
        for pid in tree([server.pid])
        for target in open_files(pid)
        if target in ports
    }


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2], 16)


def open_files(pid: int) -> list[str]:
    found = []
    for entry in PROC.glob(f"{pid}/fd/*"):
        try:
            found.append(os.readlink(entry))
        except OSError:
            continue  # closed while we looked; of a process that ended there are none
    return found
