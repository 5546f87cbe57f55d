"""The mark of going on, for titles that were cut before there was one; a page at a time.

What a killed attempt left is right, and the next one passes over it.
"""

from django.db import migrations, transaction
from django.db.models.functions import Length

from conversations.spans import shown

PAGE = 500
CUT = 120


def mark_all(apps, schema_editor):
    conversations = apps.get_model("conversations", "Conversation")
    full = (
        conversations.objects.alias(length=Length("title"))
        .filter(length=CUT)
        .exclude(title__endswith="…")
        .only("title", "turns", "redacted")
        .order_by("pk")
    )
    last = 0
    while page := list(full.filter(pk__gt=last)[:PAGE]):
        last = page[-1].pk
        changed = [one for one in page if goes_on(shown(one.turns, one.redacted))]
        for one in changed:
            one.title = f"{one.title[: CUT - 1]}…"
        with transaction.atomic(using=schema_editor.connection.alias):
            conversations.objects.bulk_update(changed, ["title"])


def goes_on(turns):
    words = next((one["content"] for one in turns if one["role"] == "user" and one["content"]), "")
    return len(" ".join(words[: 2 * CUT].split())) > CUT


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("conversations", "0003_remembered_redactions")]

    operations = [migrations.RunPython(mark_all, migrations.RunPython.noop)]
