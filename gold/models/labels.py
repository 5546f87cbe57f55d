"""What items say, to be found by it: the payloads stay the truth."""

from django.db import models

from gold.models.items import GoldDataset, GoldItem


class GoldLabel(models.Model):
    """A point of the rubric that an item says, of the whole or of some turn; or one of its tags.

    It repeats what stands in the payload, so that a list asks an index and reads no payload. It
    holds keys of the rubric and tags, never a word of a conversation. `gold.labels` keeps it.
    """

    dataset = models.ForeignKey(GoldDataset, models.PROTECT, related_name="+", db_index=False)
    gold_item = models.ForeignKey(GoldItem, models.CASCADE, related_name="labels")
    criterion = models.CharField(max_length=60, blank=True)  # empty: `point` is a tag
    point = models.CharField(max_length=60)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["dataset", "criterion", "point", "gold_item"],
                name="gold_label_once_an_item",
            ),
        )

    def __str__(self) -> str:
        return f"{self.gold_item_id}: {self.criterion}={self.point}"
