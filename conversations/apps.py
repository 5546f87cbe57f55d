from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from conversations import cleaning, logged

        cleaning.connect()
        logged.connect()
