"""The labels and tags of items that are gold already, from their payloads, a page of items at a time.

What a killed attempt left is kept, and the next one goes over it again.
"""

from django.db import migrations, transaction

PAGE = 500


def label_all(apps, schema_editor):
    items = apps.get_model("gold", "GoldItem").objects.order_by("pk")
    criteria = apps.get_model("annotation", "Criterion").objects.order_by()
    labels = apps.get_model("gold", "GoldLabel").objects
    points = {}
    for rubric, key, known in criteria.values_list("version__uid", "key", "points"):
        points[str(rubric), key] = {one["key"] for one in known}
    last = 0
    facts = ("pk", "dataset_id", "payload__labels", "payload__rubric__uid", "tags")
    while page := list(items.filter(pk__gt=last).values_list(*facts)[:PAGE]):
        last = page[-1][0]
        found = {
            (dataset, item, criterion, point)
            for item, dataset, said, rubric, _tags in page
            for criterion, units in (said or {}).items()
            for point in answers_in(units)
            if point in points.get((rubric, criterion), ())
        }
        found |= {(dataset, item, "", tag) for item, dataset, *_said, tags in page for tag in tags}
        with transaction.atomic(using=schema_editor.connection.alias):
            labels.bulk_create(
                (
                    labels.model(dataset_id=dataset, gold_item_id=item, criterion=key, point=point)
                    for dataset, item, key, point in sorted(found)
                ),
                ignore_conflicts=True,
            )


def answers_in(units):
    for label in units if isinstance(units, list) else [units]:
        if "answers" not in label:
            value = label["value"]
            yield from value if isinstance(value, list) else [value]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("annotation", "0010_score_index_once"),
        ("gold", "0006_labels_of_items"),
    ]

    operations = [migrations.RunPython(label_all, migrations.RunPython.noop)]
