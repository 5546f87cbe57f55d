"""The link that lets a person in: with a new account, or with the one they have."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.forms import JoinForm
from core.http import AuthedRequest

BACKEND = "accounts.backends.SessionBackend"


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
    invitation = services.get_open_invitation(token, timezone.now())
    form = JoinForm(request.POST)
    if not form.is_valid():
        context = {"invitation": invitation, "form": form}
        return render(request, "accounts/invitation.html", context, status=422)
    user = services.join_team(
        token=token, language=request.LANGUAGE_CODE, now=timezone.now(), **form.cleaned_data
    )
    login(request, user, backend=BACKEND)
    return redirect("accounts:start")


@require_POST
def accept(request: AuthedRequest, token: str) -> HttpResponse:
    invitation = services.accept_invitation(user=request.user, token=token, now=timezone.now())
    messages.success(request, _("You now belong to the team %(team)s.") % {"team": invitation.team})
    return redirect("accounts:start")
