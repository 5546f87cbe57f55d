"""The one exception from the content policy, by name."""

from collections.abc import Callable
from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update

View = Callable[..., Any]


def plots_allowed(view: View) -> View:
    """Let a page draw with plotly, which writes styles into the page; scripts stay our own files.

    A test lists the views that carry it.
    """
    allowed: View = csp_update({"style-src": UNSAFE_INLINE})(view)
    allowed.plots_allowed = True  # type: ignore[attr-defined]
    return allowed
