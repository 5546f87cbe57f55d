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
    """The element for one answer, signed with the settings of `touchstone.configure`."""
    token = touchstone.sign(
        conversation=str(conversation),
        message=str(message) or None,
        variant=str(variant) or None,
        subject=str(subject) or None,
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
