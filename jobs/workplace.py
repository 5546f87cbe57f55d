"""Where this worker lives: the name under which a restarted one knows its predecessor's claims."""

import socket
import uuid

from django.conf import settings


def owner_prefix() -> str:
    """The same for every process of one host and one home, and for no other."""
    place = f"touchstone://{socket.gethostname()}{settings.TOUCHSTONE_HOME}"
    return uuid.uuid5(uuid.NAMESPACE_URL, place).hex


def new_owner() -> str:
    return f"{owner_prefix()}/{uuid.uuid4().hex}"
