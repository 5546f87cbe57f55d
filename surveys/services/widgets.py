"""Keys of widgets and the words they show: made, changed, rotated, withdrawn."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from core.errors import DomainError, InvalidError
from surveys.instruments import checked_settings, default_settings
from surveys.models import Instrument, WidgetKey

MOST_KEYS = 50


@transaction.atomic
def make_widget_key(
    *, actor: User | None, project: Project, name: str, origins: Sequence[str] = ()
) -> WidgetKey:
    """A key with its first instrument, the built-in words."""
    if project.widget_keys.filter(revoked_at=None).count() >= MOST_KEYS:
        raise InvalidError(
            _("A project has at most %(most)d keys in use. Revoke one that no page uses.")
            % {"most": MOST_KEYS}
        )
    key = WidgetKey.objects.create(
        project=project, name=name, origins=list(dict.fromkeys(origins)), created_by=actor
    )
    Instrument.objects.create(key=key, number=1, settings=default_settings(), created_by=actor)
    record(actor, "widget_key.made", target=key, project=project)
    return key


@transaction.atomic
def change_widget_key(
    *, actor: User, key: WidgetKey, name: str, origins: Sequence[str]
) -> WidgetKey:
    key = _held(key)
    key.name, key.origins = name, list(dict.fromkeys(origins))
    key.save(update_fields=["name", "origins"])
    record(actor, "widget_key.changed", target=key, project=key.project, origins=key.origins)
    return key


@transaction.atomic
def rotate_secret(*, actor: User, key: WidgetKey) -> WidgetKey:
    """A new secret; the one before still counts, so that signed pages in use go on working."""
    key = _held(key)
    key.generation += 1
    key.save(update_fields=["generation"])
    record(actor, "widget_key.rotated", target=key, project=key.project)
    return key


@transaction.atomic
def revoke_widget_key(*, actor: User, key: WidgetKey, now: datetime) -> WidgetKey:
    """Nothing more is taken from pages that hold this key; what came stays."""
    key = _held(key)
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    record(actor, "widget_key.revoked", target=key, project=key.project)
    return key


def note_secret_shown(*, actor: User, key: WidgetKey) -> None:
    """Whoever saw the secret can sign for anybody, so the audit log tells who did."""
    record(actor, "widget_key.secret_shown", target=key, project=key.project)


@transaction.atomic
def publish_instrument(
    *,
    actor: User | None,
    key: WidgetKey,
    reasons: Mapping[str, Sequence[str]],
    words: Mapping[str, Mapping[str, str]],
    comment: bool = True,
    note: str = "",
) -> Instrument:
    """Show other words from now on; the same ones again change nothing and make no line."""
    key = _held(key)
    settings: dict[str, Any] = checked_settings(reasons=reasons, words=words, comment=comment)
    last = key.instruments.order_by("-number").first()
    if last is not None and last.settings == settings:
        return last
    number = last.number + 1 if last else 1
    made = Instrument.objects.create(
        key=key, number=number, settings=settings, note=note, created_by=actor
    )
    record(actor, "instrument.published", target=made, project=key.project, number=number)
    return made


def _held(key: WidgetKey) -> WidgetKey:
    rows = WidgetKey.objects.select_for_update(of=("self",)).select_related("project")
    key = rows.get(pk=key.pk)
    if key.revoked_at is not None:
        raise DomainError(
            _("The key “%(name)s” is revoked. Make a new one and put it into your pages.")
            % {"name": key.name}
        )
    return key
