import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0009_old_events")]

    operations = [
        migrations.AddField(
            model_name="feedbackrules",
            name="stamp",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.RemoveIndex(model_name="currentfeedback", name="feedback_by_variant"),
        migrations.AddIndex(
            model_name="currentfeedback",
            index=models.Index(
                fields=[
                    "project",
                    "kind",
                    "variant_name",
                    "respondent",
                    "language",
                    "locale",
                    "trust",
                    "value",
                    "shown",
                    "day",
                ],
                name="feedback_by_person",
            ),
        ),
    ]
