"""Many gold items at once."""

from annotation.models import Item
from gold.models import Candidate, GoldDataset, GoldItem, GoldLabel, GoldWords


def many_more(dataset: GoldDataset, item: GoldItem, size: int) -> None:
    """Copies of an item that say another point."""
    project, study = dataset.project, item.candidate.item.study
    said = item.candidate.item.conversation
    start = dataset.gold_items.count()
    conversations = type(said).objects.bulk_create(
        type(said)(
            project=project, external_id=f"more-{n}", turns=said.turns, group_key=f"more-{n}",
            content_hash=said.content_hash, n_turns=said.n_turns, n_chars=said.n_chars,
        )
        for n in range(start, start + size)
    )  # fmt: skip
    rated = Item.objects.bulk_create(
        Item(
            study=study,
            seq=1_000 + one.pk,
            conversation=one,
            group_key=one.group_key,
            slots_open=0,
            slots_total=2,
            state=Item.State.SETTLED,
        )
        for one in conversations
    )
    candidates = Candidate.objects.bulk_create(
        Candidate(dataset=dataset, item=one, state="approved") for one in rated
    )
    made = GoldItem.objects.bulk_create(
        GoldItem(
            dataset=dataset, candidate=one, payload=item.payload, content_hash=item.content_hash
        )
        for one in candidates
    )
    GoldLabel.objects.bulk_create(
        GoldLabel(dataset=dataset, gold_item=one, criterion="helpful", point="5") for one in made
    )
    GoldWords.objects.bulk_create(
        GoldWords(dataset=dataset, gold_item=one, language="en", words="another one")
        for one in made
    )
