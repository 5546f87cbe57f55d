"""Addresses as squares that a telephone reads."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

QUIET = 4
"""Modules of empty margin; readers need them."""


def qr_svg(text: str) -> SafeString:
    """An inline SVG without style or colour of its own: `.qr` keeps it dark on light."""
    code = segno.make_qr(text, error="m")
    squares = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(code.matrix_iter(border=QUIET))
        for x, dark in enumerate(row)
        if dark
    )
    size = code.symbol_size(border=QUIET)[0]
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" '
        'shape-rendering="crispEdges"><path fill="currentColor" d="{2}"/></svg>',
        size,
        _("QR code of %(address)s") % {"address": text},
        squares,
    )
