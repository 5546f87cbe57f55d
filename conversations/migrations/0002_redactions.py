import core.models
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_audit_indexes_once"),
        ("conversations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RedactionScan",
            fields=[
                (
                    "conversation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="redaction_scan",
                        serialize=False,
                        to="conversations.conversation",
                    ),
                ),
                ("content_hash", models.CharField(max_length=64)),
                ("looked_for", models.CharField(max_length=64)),
                ("scanned_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("original_mark", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name="conversation",
            name="redacted",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name="RedactionRules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("keep_originals", models.BooleanField(default=True)),
                ("names", models.TextField(blank=True, max_length=20000)),
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="redaction_rules",
                        to="accounts.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Redaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=core.models.new_uid, editable=False, unique=True)),
                ("turn", models.SmallIntegerField()),
                ("part", models.CharField(max_length=60)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("email", "e-mail address"),
                            ("phone", "telephone number"),
                            ("card", "card number"),
                            ("my_number", "My Number"),
                            ("address", "postal address"),
                            ("name", "name"),
                            ("other", "something else"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "to decide"),
                            ("accepted", "hidden"),
                            ("dismissed", "left as it is"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                (
                    "found_by",
                    models.CharField(
                        choices=[("finder", "the finder"), ("person", "a person")],
                        default="finder",
                        max_length=10,
                    ),
                ),
                ("label", models.CharField(max_length=40)),
                ("text_mark", models.CharField(max_length=64)),
                ("is_written", models.BooleanField(default=False)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="redactions",
                        to="conversations.conversation",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.project",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "proposed")),
                        fields=["project", "conversation", "kind"],
                        name="redaction_open",
                    ),
                    models.Index(fields=["project", "text_mark"], name="redaction_by_text"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conversation", "turn", "part", "start", "end"),
                        name="redaction_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("start__lt", models.F("end"))),
                        name="redaction_not_empty",
                    ),
                ],
            },
        ),
    ]
