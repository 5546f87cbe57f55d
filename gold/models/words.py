"""Words that items are found by, beside their payloads: those stay the truth."""

from django.db import models

from gold.models.items import GoldDataset, GoldItem


class GoldWords(models.Model):
    """What a list searches of an item: how it opens, its id, and the answer somebody wrote for it.

    Rows are short, so that a search reads them and not the payloads. They say nothing that the
    payload does not say, and are written and erased with it (`gold.words`). Width and case are
    those in which a search is made.
    """

    gold_item = models.OneToOneField(
        GoldItem, models.CASCADE, related_name="words", primary_key=True
    )
    dataset = models.ForeignKey(GoldDataset, models.PROTECT, related_name="+", db_index=False)
    language = models.CharField(max_length=10, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["dataset", "language", "gold_item"], name="gold_words_by_language"
            ),
        )

    def __str__(self) -> str:
        return f"{self.gold_item_id}: {self.words[:40]}"
