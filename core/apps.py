from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core.frozen import install_triggers, set_triggers_aside
        from core.page_fill import set_fill

        pre_migrate.connect(set_triggers_aside, sender=self, dispatch_uid="core.frozen")
        post_migrate.connect(install_triggers, sender=self, dispatch_uid="core.frozen")
        post_migrate.connect(set_fill, sender=self, dispatch_uid="core.page_fill")
