"""``python -m jobs.tether MODULE [ARGUMENT ...]``: run a module that ends with its supervisor.

The supervisor keeps the writing end of a pipe that nobody ever writes to. However it ends, by
kill -9 too, the system closes that end and every reader sees the end of the file. This holds on
Linux and on macOS alike, needs no signal at fork, and reaches processes of any depth.
"""

import os
import runpy
import signal
import sys
import threading
import time

DESCRIPTOR = "TOUCHSTONE_TETHER"
GRACE_SECONDS = 3.0


def hold() -> None:
    """Watch the pipe named by the environment; without one this process stands by itself."""
    if descriptor := os.environ.get(DESCRIPTOR):
        threading.Thread(
            target=_end_with_supervisor, args=(int(descriptor),), name="tether", daemon=True
        ).start()


def _end_with_supervisor(descriptor: int) -> None:
    os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    module, *arguments = sys.argv[1:]
    sys.argv = [module, *arguments]
    hold()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
