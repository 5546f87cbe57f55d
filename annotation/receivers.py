"""What annotation does when a lower floor announces something."""


def connect() -> None:
    """Register the handlers; called once when the app is ready."""
