"""What each conversation got, read from an index alone."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("surveys", "0013_stopped_response_imports")]

    operations = [
        migrations.AddIndex(
            model_name="currentfeedback",
            index=models.Index(
                fields=["project", "kind", "conversation", "value"],
                name="feedback_signals",
                condition=~Q(conversation=None),
            ),
        ),
    ]
