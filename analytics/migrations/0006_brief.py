from django.db import migrations, models

FACTS = ("criterion", "name", "n_items", "n_pairable_units", "n_ratings", "n_cannot_judge")
SHOWN = ("krippendorff_alpha", "percent_agreement")
READ_AT_ONCE = 20


def shorten(apps, schema_editor):
    """Reports that were computed before are in lists as those after."""
    snapshots = apps.get_model("analytics", "AgreementSnapshot").objects
    for snapshot in snapshots.only("data").iterator(chunk_size=READ_AT_ONCE):
        brief = {
            "n_items": snapshot.data["n_items"],
            "n_ratings": snapshot.data["n_ratings"],
            "criteria": [
                {
                    **{name: one[name] for name in FACTS},
                    "coefficients": {name: one["coefficients"][name] for name in SHOWN},
                }
                for one in snapshot.data["criteria"]
            ],
        }
        snapshots.filter(pk=snapshot.pk).update(brief=brief)


class Migration(migrations.Migration):
    dependencies = [("analytics", "0005_compare_plans")]

    operations = [
        migrations.AddField(
            model_name="agreementsnapshot",
            name="brief",
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(shorten, migrations.RunPython.noop),
    ]
