"""``python -m bench.floor.prepare SIZE``: make the floor's tables and fill them with items."""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.floor.settings"


def main(size: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.floor.models import Item
    from bench.workload import conversation

    call_command("migrate", run_syncdb=True, verbosity=0)
    for start in range(0, size, 1000):
        Item.objects.bulk_create(
            Item(payload=conversation(number % 1000)) for number in range(start, start + 1000)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE floor_item")


if __name__ == "__main__":
    main(int(sys.argv[1]))
