"""Locks of many rows, in the one order in which nobody waits for who waits for them.

A submit locks its assignment, then the item, then the rater's place in the study. Whoever locks
more than one rater's work, or more than one item, does so in this order too, and among rows of one
kind by their keys. The keys are left free (`no_key`): what merely refers to a row does not wait.
"""

from django.db.models import QuerySet

from annotation.models import Assignment, Item


def with_items(assignments: QuerySet[Assignment], *related: str) -> list[Assignment]:
    """Lock assignments, which are ordered by their keys, then their items.

    An item comes as it stands once it is locked, with what is `related` to it.
    """
    found = list(assignments.select_for_update(of=("self",), no_key=True))
    rows = Item.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    if related:
        rows = rows.select_related(*related)
    items = rows.in_bulk([one.item_id for one in found])
    for one in found:
        one.item = items[one.item_id]
    return found


def lock_in_order(items: QuerySet[Item]) -> None:
    """Before all of them are changed by one statement, which would lock them as it finds them."""
    rows = items.order_by("pk").select_for_update(of=("self",), no_key=True)
    list(rows.values_list("pk", flat=True))
