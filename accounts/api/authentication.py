"""Who calls: a program by its key, or a person by the session of a page."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.authentication import SessionAuthentication as Sessions
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.keys import key_with
from accounts.models import ApiKey, User
from core.api.errors import CsrfError
from core.errors import DomainError


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer ts_…``; the key acts as its own member of the project."""

    scheme = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != self.scheme.lower():
            return None
        try:
            key = key_with(secret.strip(), timezone.now())
        except DomainError as refusal:
            raise AuthenticationFailed(refusal.message) from None
        return key.member.user, key

    def authenticate_header(self, request: Request) -> str:
        return self.scheme


class SessionAuthentication(Sessions):
    """A page of ours may call too; what it changes needs the page's token, as a form does."""

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, Any] | None:
        return super().authenticate(request)

    def enforce_csrf(self, request: Request) -> None:
        check = CSRFCheck(lambda _request: None)  # type: ignore[arg-type]
        check.process_request(request)
        if check.process_view(request, None, (), {}):  # type: ignore[arg-type]
            raise CsrfError(
                _(
                    "A session may change something only with the token of a page. "
                    "Reload the page and try again, or send an API key instead."
                )
            )
