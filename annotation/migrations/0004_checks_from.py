from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0003_rating_floor"),
    ]

    operations = [
        migrations.AddField(
            model_name="studyrater",
            name="checks_from",
            field=models.DateTimeField(null=True),
        ),
    ]
