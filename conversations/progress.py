"""A progress bar on a terminal; silent where nobody looks."""

import time
from typing import TextIO

WIDTH = 30
EVERY = 0.2


class ProgressBar:
    """Called with bytes done and bytes in all."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_on = stream.isatty()
        self._started = self._last = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._is_on or (now - self._last < EVERY and done < total):
            return
        self._last = now
        share = done / total if total else 1.0
        filled = round(WIDTH * share)
        left = (now - self._started) * (1 - share) / share if share else 0.0
        self._stream.write(
            f"\r{'#' * filled}{'.' * (WIDTH - filled)} {share:4.0%} of {total / 1e6:,.1f} MB"
            f", {left:,.0f} s left "
        )
        self._stream.flush()

    def close(self) -> None:
        if self._is_on:
            self._stream.write("\r" + " " * (WIDTH + 50) + "\r")
            self._stream.flush()
