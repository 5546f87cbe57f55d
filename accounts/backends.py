from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import BigIntegerField

from accounts.models import User
from core.prepared import Parameter, Prepared

UNSAID = ("last_login", "date_joined")
"""What no page asks for; to make a time of each costs as much as all other columns."""
SIGNED_IN = Prepared(
    lambda: User.objects.filter(pk=Parameter("pk", BigIntegerField())).defer(*UNSAID)
)


class SessionBackend(AuthenticationBackend):  # type: ignore[misc]
    """Sign-in as allauth does it; who has a session is read by a query composed once.

    Read at every request all the same: somebody who is switched off is out at once.
    """

    def get_user(self, user_id: Any) -> User | None:
        user = SIGNED_IN.first(pk=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
