"""Request types: after the login middleware a request has a user of ours."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from accounts.models import User


class AuthedRequest(HttpRequest):
    user: "User"
    htmx: HtmxDetails
