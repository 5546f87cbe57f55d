"""``{% touchstone_feedback conversation message subject=user.pk %}``: thumbs under an answer."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

import touchstone

register = template.Library()


@register.simple_tag
def touchstone_feedback(
    conversation: Any, message: Any = "", *, variant: Any = "", subject: Any = "", lang: str = ""
) -> SafeString:
    """The element for one answer, signed with the settings of `touchstone.configure`.

    Nothing is nobody: `user.pk` is None of whoever is not signed in, and all of these together
    would else be one subject of that name.
    """
    conversation, message, variant, subject = map(_said, (conversation, message, variant, subject))
    token = touchstone.sign(
        conversation=conversation,
        message=message or None,
        variant=variant or None,
        subject=subject or None,
    )
    language = format_html(' lang="{}"', lang) if lang else ""
    return format_html(
        '<touchstone-feedback project-key="{}" conversation="{}" message="{}" variant="{}" '
        'token="{}"{}></touchstone-feedback>',
        touchstone.public_key(),
        conversation,
        message,
        variant,
        token,
        language,
    )


def _said(value: Any) -> str:
    return "" if value is None else str(value)
