"""The rules of admission of a dataset: changed by its managers, then asked of all candidates."""

from collections.abc import Mapping

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from gold.admission.rules import Rules
from gold.admission.splits import read_splits
from gold.models import GoldDataset
from gold.services.checking import request_checks


@transaction.atomic
def change_rules(
    *, actor: User | None, dataset: GoldDataset, rules: Rules, splits: Mapping[str, float]
) -> GoldDataset:
    """Other rules and splits from now on; what is gold stays gold, in the split where it stands."""
    dataset = GoldDataset.objects.select_for_update().select_related("project").get(pk=dataset.pk)
    was = {"rules": dataset.rules, "splits": dataset.splits}
    dataset.rules, dataset.splits = rules.to_json(), read_splits(splits)
    dataset.save(update_fields=["rules", "splits"])
    record(
        actor,
        "gold.rules_changed",
        target=dataset,
        project=dataset.project,
        was=was,
        now={"rules": dataset.rules, "splits": dataset.splits},
    )
    request_checks(actor=actor, dataset=dataset)
    return dataset
