"""The link that lets a person in: with a new account, or with the one they have."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.forms import JoinForm
from accounts.models import User
from core.http import AuthedRequest

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    invitation = services.get_open_invitation(token, timezone.now())
    context = {"invitation": invitation, "form": JoinForm()}
    return render(request, "accounts/invitation.html", context)


@login_not_required
@require_POST
@sensitive_post_parameters("password")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """A new account, made and let in in one transaction, so that a used link makes none."""
    invitation = services.get_open_invitation(token, timezone.now())
    form = JoinForm(request.POST)
    if not form.is_valid():
        context = {"invitation": invitation, "form": form}
        return render(request, "accounts/invitation.html", context, status=422)
    with transaction.atomic():
        user = User.objects.create_user(
            form.cleaned_data["email"],
            form.cleaned_data["password"],
            name=form.cleaned_data["name"],
            language=request.LANGUAGE_CODE,
        )
        services.accept_invitation(user=user, token=token, now=timezone.now())
    login(request, user, backend=BACKEND)
    return redirect("accounts:start")


@require_POST
def accept(request: AuthedRequest, token: str) -> HttpResponse:
    invitation = services.accept_invitation(user=request.user, token=token, now=timezone.now())
    messages.success(request, _("You now belong to the team %(team)s.") % {"team": invitation.team})
    return redirect("accounts:start")
