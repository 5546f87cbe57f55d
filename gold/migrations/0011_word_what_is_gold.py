"""The words of items that are gold already, a page of items at a time.

What a killed attempt left is kept, and the next one goes over it again.
"""

import unicodedata

from django.db import migrations, transaction

PAGE = 500
CONVERSATION = "candidate__item__conversation"


def word_all(apps, schema_editor):
    items = apps.get_model("gold", "GoldItem").objects.order_by("pk")
    words = apps.get_model("gold", "GoldWords")
    last = 0
    facts = (
        "pk", "dataset_id", "expected", "payload__erased_at", f"{CONVERSATION}__language",
        f"{CONVERSATION}__title", f"{CONVERSATION}__external_id",
    )  # fmt: skip
    while page := list(items.filter(pk__gt=last).values_list(*facts)[:PAGE]):
        last = page[-1][0]
        with transaction.atomic(using=schema_editor.connection.alias):
            words.objects.bulk_create(
                (
                    words(
                        gold_item_id=item,
                        dataset_id=dataset,
                        language=language,
                        words="" if erased else folded(title, name, expected),
                    )
                    for item, dataset, expected, erased, language, title, name in page
                ),
                ignore_conflicts=True,
            )


def folded(*parts):
    return unicodedata.normalize("NFKC", "\n".join(filter(None, parts))).casefold()


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("gold", "0010_words_of_items")]

    operations = [migrations.RunPython(word_all, migrations.RunPython.noop)]
