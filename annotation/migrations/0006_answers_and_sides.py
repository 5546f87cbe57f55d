from django.db import migrations, models
from django.db.models import Q


def tell_what_is_known(apps, schema_editor):
    """Pairs have two answers, and the sides of what was rated here stand on the assignment."""
    items = apps.get_model("annotation", "Item").objects.exclude(conversation_b=None)
    items.update(n_answers=2)
    ratings = apps.get_model("annotation", "Rating").objects
    ratings.filter(assignment__display__swapped=True).update(swapped=True)
    if schema_editor.connection.vendor == "postgresql":  # no ALTER while checks are pending
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0005_draw_per_input"),
    ]

    operations = [
        migrations.AddField(
            model_name="item",
            name="n_answers",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="rating",
            name="swapped",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(tell_what_is_known, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="item", name="item_pair_once_a_study"),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(
                fields=["study", "conversation", "conversation_b"],
                name="item_pair_once_a_study",
                condition=~Q(conversation_b=None) & Q(n_answers=2),
            ),
        ),
    ]
