from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0004_checks_from"),
    ]

    operations = [
        migrations.AddField(
            model_name="draw",
            name="per_input",
            field=models.PositiveSmallIntegerField(null=True),
        ),
    ]
