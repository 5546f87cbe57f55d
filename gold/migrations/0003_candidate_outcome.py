from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gold", "0002_explains_itself")]

    operations = [
        migrations.AddField(
            model_name="candidate",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "not checked yet"),
                    ("passes", "can be gold"),
                    ("contested", "can be contested gold"),
                    ("fails", "fails"),
                ],
                default="",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="candidate",
            name="failed",
            field=models.CharField(blank=True, max_length=120),
        ),
    ]
