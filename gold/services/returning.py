"""A retired gold item comes back: the rules are asked again, as of whatever comes to gold."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.services.deciding import checked_reason
from core.errors import DomainError
from core.phrases import enumerated
from gold.admission.checks import Check, is_contested, may_admit_against
from gold.admission.gate import Looked, look
from gold.admission.words import rule_name
from gold.models import Candidate, GoldDataset, GoldItem, Tier
from gold.services.checking import check_candidates, with_all
from gold.services.items import refuse_erased


def foreseen(gold_item: GoldItem) -> list[Check]:
    """What would keep a retired item out if it came back now; nothing is written.

    Words that nobody looked through since the rules for them changed are, when it comes back.
    """
    [candidate] = with_all(Candidate.objects.filter(pk=gold_item.candidate_id))
    [looked] = look(gold_item.dataset, [candidate])
    found = missed(looked, gold_item.tier)
    return [one for one in found if one.rule != "personal_data" or one.facts["searched"]]


def missed(looked: Looked, tier: str) -> list[Check]:
    """The rules that it fails; that people differ keeps no contested one out."""
    if tier == Tier.CONTESTED and is_contested(looked.checks):
        return []
    return [one for one in looked.checks if not one.passed]


@transaction.atomic
def reinstate(
    *, actor: User, gold_item: GoldItem, reason: str, now: datetime, is_against: bool = False
) -> GoldItem:
    """Take a retired item back into the next release; one that was erased stays away.

    The dataset is locked first: its near duplicate may be admitted by somebody else right now.
    """
    dataset = GoldDataset.objects.select_for_update().get(pk=gold_item.dataset_id)
    rows = GoldItem.objects.select_for_update(of=("self",)).select_related("dataset__project")
    gold_item = rows.get(pk=gold_item.pk)
    if gold_item.retired_at is None:
        raise DomainError(_("This gold item is not retired."))
    refuse_erased(gold_item)
    reason = checked_reason(reason, _("Say why the item comes back; it stays with it."))
    [looked] = check_candidates(dataset, [gold_item.candidate_id], now)
    against = missed(looked, gold_item.tier)
    if against and not (is_against and may_admit_against(against)):
        raise DomainError(kept_out_words(against))
    gold_item.retired_at, gold_item.retired_reason = None, ""
    gold_item.save(update_fields=["retired_at", "retired_reason"])
    record(
        actor,
        "gold.reinstated",
        target=gold_item,
        project=dataset.project,
        reason=reason,
        against=[one.rule for one in against],
    )
    return gold_item


def kept_out_words(against: Sequence[Check]) -> str:
    rules = enumerated(rule_name(one.rule) for one in against)
    if may_admit_against(against):
        words = _(
            "The rules keep this item out today: %(rules)s. Mend that, or take it back against "
            "them with a reason."
        )
    else:
        words = _(
            "The rules keep this item out today: %(rules)s. Mend that first: no reason outweighs "
            "personal data or a missing verdict."
        )
    return words % {"rules": rules}
