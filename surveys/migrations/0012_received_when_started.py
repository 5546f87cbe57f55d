"""Of responses that are there, the respondent's clock is the best that is known."""

from django.db import migrations
from django.db.models import F


def take_over(apps, schema_editor):
    apps.get_model("surveys", "Response").objects.update(received_at=F("started_at"))


class Migration(migrations.Migration):
    dependencies = [("surveys", "0011_received_by_our_clock")]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
