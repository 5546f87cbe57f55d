"""A project's widget: its keys, its words, how it looks, and a page to try it on."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.pages import page
from core.errors import InvalidError
from core.http import AuthedRequest
from surveys.access import get_widget_key_for
from surveys.models import WidgetKey
from surveys.services.widgets import (
    change_widget_key,
    make_widget_key,
    note_secret_shown,
    publish_instrument,
    revoke_widget_key,
    rotate_secret,
)
from surveys.tokens import secret_of, sign
from surveys.trying import TRYING
from surveys.widget_forms import LOCALES, InstrumentForm, KeyForm
from surveys.widget_page import configure_line, last_settings, latest_events, snippet_of

TRY_FOR = timedelta(hours=1)


@require_safe
def widgets(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    return _list(request, place, KeyForm())


def _list(
    request: AuthedRequest, place: Place, form: KeyForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "keys": place.project.widget_keys.order_by("revoked_at", "-pk"),
        "form": form if place.may(May.MANAGE) else None,
    }
    return page(request, place, "surveys/widgets.html", context, nav="feedback", status=status)


@require_POST
def make(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _list(request, place, form, status=422)
    key = make_widget_key(actor=request.user, project=place.project, **form.cleaned_data)
    messages.success(request, _("The key is made. Copy the snippet into your page."))
    return redirect(key)


@require_safe
def widget(request: AuthedRequest, uid: UUID) -> HttpResponse:
    key, place = get_widget_key_for(request.user, uid, May.READ)
    return _page(request, place, key, KeyForm.of(key))


def _page(
    request: AuthedRequest,
    place: Place,
    key: WidgetKey,
    form: KeyForm,
    *,
    status: int = 200,
    secret: str = "",
) -> HttpResponse:
    host = request.build_absolute_uri("/").rstrip("/")
    context = {
        "key": key,
        "form": form,
        "snippet": snippet_of(key, request),
        "instruments": key.instruments.select_related("created_by").order_by("-number"),
        "may_change": place.may(May.MANAGE) and key.revoked_at is None,
        "secret": secret,
        "configure": configure_line(key, secret, host) if secret else "",
    }
    return page(request, place, "surveys/widget.html", context, nav="feedback", status=status)


@require_POST
@cache_control(no_store=True)
def show_secret(request: AuthedRequest, uid: UUID) -> HttpResponse:
    key, place = get_widget_key_for(request.user, uid, May.MANAGE)
    note_secret_shown(actor=request.user, key=key)
    return _page(request, place, key, KeyForm.of(key), secret=secret_of(key))


@require_POST
def change(request: AuthedRequest, uid: UUID) -> HttpResponse:
    key, place = get_widget_key_for(request.user, uid, May.MANAGE)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, place, key, form, status=422)
    change_widget_key(actor=request.user, key=key, **form.cleaned_data)
    messages.success(request, _("Saved. It counts within a few seconds."))
    return redirect(key)


@require_POST
def rotate(request: AuthedRequest, uid: UUID) -> HttpResponse:
    key, _place = get_widget_key_for(request.user, uid, May.MANAGE)
    rotate_secret(actor=request.user, key=key)
    messages.success(
        request, _("There is a new secret. The one before counts until you rotate once more.")
    )
    return redirect(key)


@require_POST
def revoke(request: AuthedRequest, uid: UUID) -> HttpResponse:
    key, _place = get_widget_key_for(request.user, uid, May.MANAGE)
    revoke_widget_key(actor=request.user, key=key, now=timezone.now())
    messages.success(request, _("The key is revoked: nothing more is taken from its pages."))
    return redirect(key)


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The editor of the instrument; what is published is frozen and numbered."""
    key, place = get_widget_key_for(request.user, uid, May.MANAGE)
    form = InstrumentForm(request.POST or None, settings=last_settings(key))
    if request.method == "POST" and form.is_valid():
        try:
            made = publish_instrument(actor=request.user, key=key, **form.chosen())
        except InvalidError as error:
            form.add_error(None, error.message)
        else:
            said = _("The widget shows version %(number)d of its words within five minutes.")
            messages.success(request, said % {"number": made.number})
            return redirect(key)
    status = 422 if form.errors else 200
    context = {"key": key, "form": form}
    return page(request, place, "surveys/widget_words.html", context, nav="feedback", status=status)


@require_safe
def preview(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The real element in both languages and in all its states; it sends nothing."""
    key, place = get_widget_key_for(request.user, uid, May.READ)
    context = {
        "key": key,
        "snippet": snippet_of(key, request),
        "languages": LOCALES,
        "schemes": ("light", "dark"),
    }
    return page(request, place, "surveys/widget_preview.html", context, nav="feedback")


@require_safe
def attempt(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The real element with the real key: what is given here arrives, and is shown below."""
    key, place = get_widget_key_for(request.user, uid, May.MANAGE)
    conversation = f"{TRYING}-{uuid4().hex[:8]}"
    subject = f"{TRYING}-{request.user.uid}"
    expires = timezone.now() + TRY_FOR
    context = {
        "key": key,
        "snippet": snippet_of(key, request),
        "conversation": conversation,
        "variant": TRYING,
        "token": sign(key, conversation=conversation, subject=subject, expires=expires),
        "events": latest_events(key, timezone.now()),
    }
    return page(request, place, "surveys/widget_test.html", context, nav="feedback")


@require_safe
def arrived(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The part of that page that asks again and again."""
    key, _place = get_widget_key_for(request.user, uid, May.MANAGE)
    context = {"key": key, "events": latest_events(key, timezone.now())}
    return render(request, "surveys/_widget_events.html", context)
