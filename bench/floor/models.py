from django.db import models
from django.db.models import Q


class Item(models.Model):
    payload = models.JSONField()
    n_claimed = models.PositiveSmallIntegerField(default=0)
    n_done = models.PositiveSmallIntegerField(default=0)
    is_open = models.BooleanField(default=True)

    class Meta:
        indexes = (models.Index(fields=["id"], name="floor_open", condition=Q(is_open=True)),)

    def __str__(self) -> str:
        return str(self.pk)


class Cursor(models.Model):
    """Where a rater stands: claims go up by id and never look back."""

    rater = models.IntegerField(unique=True)
    last_item = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.rater} at {self.last_item}"


class Rating(models.Model):
    """A claim that becomes a rating."""

    item = models.ForeignKey(Item, models.CASCADE, db_index=False)
    rater = models.IntegerField()
    score = models.SmallIntegerField(null=True)
    comment = models.TextField(default="")
    claimed_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["item", "rater"], name="floor_once"),)

    def __str__(self) -> str:
        return f"{self.item_id} by {self.rater}"


class Event(models.Model):
    """What an end user sent, whole."""

    project = models.IntegerField()
    uid = models.UUIDField()
    payload = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["project", "uid"], name="floor_event_once"),)

    def __str__(self) -> str:
        return str(self.uid)
