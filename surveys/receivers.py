"""What the end-user side does when a lower floor announces something."""

from core import registry
from surveys.services import routing


def connect() -> None:
    """Register the handlers; called once when the app is ready."""
    registry.on("ways_in", routing.ways_in)
    registry.on("cleaning", routing.let_waiting_in)
