"""The machine's own Chromium, as tests and `make shots` start it; nothing is downloaded."""

import os
import shutil

SLOWED = int(os.environ.get("TOUCHSTONE_SLOWED", "1"))
"""How many times slower than this machine Chromium works: what races is then seen each time."""

FLAGS = [
    "--no-sandbox",  # as root, in containers, Chromium has no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",  # or one more is started ahead of each page that is opened
]

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is the same engine without the windows around it: less work a page."""


def executable() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)
