from django.apps import AppConfig

PUBLISHED = (
    "(SELECT 1 FROM annotation_rubricversion v "
    "WHERE v.id = ROW.version_id AND v.state = 'published')"
)


class AnnotationConfig(AppConfig):
    name = "annotation"

    def ready(self) -> None:
        from annotation import receivers, written
        from core.frozen import freeze
        from core.page_fill import leave_room

        receivers.connect()
        written.connect()
        leave_room("annotation_item")
        freeze(
            "annotation_rubricversion",
            "ROW.state = 'published'",
            "A published rubric version never changes. Make a new version instead.",
        )
        freeze(
            "annotation_criterion",
            f"EXISTS {PUBLISHED}",
            "A criterion of a published rubric version never changes. Make a new version instead.",
            closed=True,
        )
