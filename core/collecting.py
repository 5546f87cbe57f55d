"""Looking for garbage less often while many things are made that need no looking for."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

USUAL = gc.get_threshold()
YOUNG = 20_000
"""New objects until the next look. With Python's 700, a chunk of rows is looked through again and
again before it is stored: a sixth of an import."""


@contextmanager
def rarely_collected() -> Iterator[None]:
    """What goes by counting its references goes as ever; only cycles stay somewhat longer.

    Two at once end with the first, which costs time and nothing else.
    """
    gc.set_threshold(YOUNG, *USUAL[1:])
    try:
        yield
    finally:
        gc.set_threshold(*USUAL)
