"""The machine's own Chromium, as tests and `make shots` start it; nothing is downloaded."""

import shutil

FLAGS = [
    "--no-sandbox",  # as root, in containers, Chromium has no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)
