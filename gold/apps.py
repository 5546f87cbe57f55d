from django.apps import AppConfig


class GoldConfig(AppConfig):
    name = "gold"

    def ready(self) -> None:
        from core import registry
        from core.frozen import freeze
        from gold.approved import name_changes, name_verdicts
        from gold.cleaning import remove_lost_exports
        from gold.services.erasing import forget_conversations

        registry.on("cleaning", remove_lost_exports)
        registry.on("verdicts_in_use", name_verdicts)
        registry.on("gold_changes", name_changes)
        registry.on("subject_erased", forget_conversations)
        for table in ("gold_release", "gold_releaseitem"):
            freeze(table, "1 = 1", "A release never changes. Publish the next one instead.")
