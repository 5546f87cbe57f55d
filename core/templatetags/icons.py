"""Icons: our own strokes on a grid of 16, drawn into the page so that they take its colour."""

from functools import cache
from urllib.parse import quote

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

PATHS = {
    "alert": '<path d="M8 2 14.5 13.5h-13z"/><path d="M8 6.5v3.2M8 11.8v.1"/>',
    "arrow": '<path d="M3 8h10M9 4l4 4-4 4"/>',
    "back": '<path d="M13 8H3M7 4 3 8l4 4"/>',
    "check": '<path d="M3 8.5 6.5 12 13 4.5"/>',
    "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/>',
    "close": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "copy": '<path d="M6 5.5h7.5v8H6z"/><path d="M10 5.5v-3H2.5v8H6"/>',
    "down": '<path d="m4 6 4 4 4-4"/>',
    "download": '<path d="M8 2v8.5M4.5 7 8 10.5 11.5 7M2.5 13.5h11"/>',
    "edit": '<path d="M3 13l.8-3.2L11 2.6 13.4 5l-7.2 7.2z"/>',
    "eye": '<path d="M1.5 8C4 3.8 12 3.8 14.5 8 12 12.2 4 12.2 1.5 8z"/>'
    '<circle cx="8" cy="8" r="1.8"/>',
    "flag": '<path d="M4 14V2.5h7.5L10 5.5l1.5 3H4"/>',
    "info": '<circle cx="8" cy="8" r="6"/><path d="M8 7.5v3.3M8 5v.1"/>',
    "link": '<path d="M6.5 9.5 9.5 6.5M7 4.5l1.6-1.6a3 3 0 0 1 4.3 4.3L11.5 8.7"/>'
    '<path d="M9 11.5l-1.6 1.6a3 3 0 0 1-4.3-4.3L4.5 7.3"/>',
    "lock": '<path d="M3.5 7h9v6.5h-9z"/><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2"/>',
    "lozenge": '<path d="M8 2.2 13.8 8 8 13.8 2.2 8z"/>',
    "minus": '<path d="M3 8h10"/>',
    "people": '<circle cx="6" cy="5.5" r="2.5"/><path d="M1.5 13.5c.4-6 8.6-6 9 0"/>'
    '<path d="M10.5 3.2a2.5 2.5 0 0 1 0 4.6M12.3 9.7c1.3.7 2 2 2.2 3.8"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "refresh": '<path d="M13 5.5A5.5 5.5 0 1 0 13.5 8M13.5 2.5v3.2h-3.2"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>',
    "skip": '<path d="m3 4 5 4-5 4zM13 4v8"/>',
    "undo": '<path d="M5.5 3 2.5 6l3 3M2.5 6h6.5a4 4 0 0 1 0 8H6"/>',
    "up": '<path d="m4 10 4-4 4 4"/>',
    "upload": '<path d="M8 10.5V2M4.5 5.5 8 2l3.5 3.5M2.5 13.5h11"/>',
}


@cache
def icon(name: str) -> SafeString:
    """`{% icon "check" %}`: decoration only; the word beside it says what it means."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        name,
        mark_safe(PATHS[name]),  # noqa: S308  # our own drawings above
    )


@cache
def favicon() -> str:
    """`{% favicon %}`: the tab's icon inside the page, which spares a first visit a request."""
    drawing = (settings.BASE_DIR / "static/img/icon.svg").read_text().strip()
    return f"data:image/svg+xml,{quote(drawing, safe=' =:/')}"
