import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0010_compared_by_person")]

    operations = [
        migrations.AddField(
            model_name="response",
            name="received_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
