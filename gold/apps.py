from django.apps import AppConfig


class GoldConfig(AppConfig):
    name = "gold"

    def ready(self) -> None:
        from core.frozen import freeze

        for table in ("gold_release", "gold_releaseitem"):
            freeze(table, "1 = 1", "A release never changes. Publish the next one instead.")
