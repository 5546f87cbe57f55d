"""What a study puts before raters, and the random selection that brought it there."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from annotation.models.studies import Study
from conversations.models import Conversation
from core.models import PublicUid


class Draw(PublicUid):
    """One recorded random selection into a study: who could repeat it gets the same items."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="draws")
    pool_filter = models.CharField(max_length=500, blank=True)
    pair = models.JSONField(null=True)  # uids of the variants whose answers are compared
    per_input = models.PositiveSmallIntegerField(null=True)  # most comparisons on one input
    strata = models.CharField(max_length=120, blank=True)
    allocation = models.CharField(max_length=20, default="proportional")
    seed = models.BigIntegerField()
    size = models.PositiveIntegerField()
    pool_size = models.PositiveIntegerField()
    table = models.JSONField(default=list)
    """A row a stratum: its name, pool, drawn and probability. Of several variants the strata are
    those that were compared with each other; their rows name these and say whether the probability
    is exact."""
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.study} {self.size} of {self.pool_size}"


class Item(PublicUid):
    """One thing to rate in a study, with k places for ratings."""

    class State(models.TextChoices):
        OPEN = "open", _("in progress")
        DISPUTED = "disputed", _("waiting for adjudication")
        SETTLED = "settled", _("settled")
        UNSETTLEABLE = "unsettleable", _("cannot be settled")

    study = models.ForeignKey(Study, models.PROTECT, related_name="items", db_index=False)
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, related_name="items", db_index=False)
    seq = models.IntegerField()
    lane = models.SmallIntegerField(default=0)  # the place in Study.lanes
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="items")
    conversation_b = models.ForeignKey(
        Conversation, models.PROTECT, null=True, related_name="+", db_index=False
    )
    n_answers = models.SmallIntegerField(default=1, db_default=1)  # beyond 2: ItemAnswer
    group_key = models.CharField(max_length=255)
    inclusion_probability = models.FloatField(null=True)  # overall; None: no claim about the pool
    conditional_probability = models.FloatField(null=True)  # given that no earlier draw took it
    slots_open = models.SmallIntegerField()
    slots_total = models.SmallIntegerField()
    n_submitted = models.SmallIntegerField(default=0)
    has_slot = models.GeneratedField(
        expression=models.ExpressionWrapper(Q(slots_open__gt=0), models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    """Whether `slots_open` is above 0: PostgreSQL writes every index of a row anew when a column
    that an index names has changed, and this one changes once."""
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["study", "conversation"],
                name="item_once_a_study",
                condition=Q(conversation_b=None),
            ),
            models.UniqueConstraint(
                fields=["study", "conversation", "conversation_b"],
                name="item_pair_once_a_study",
                condition=~Q(conversation_b=None) & Q(n_answers=2),
            ),
            models.UniqueConstraint(fields=["study", "seq"], name="item_seq_once_a_study"),
            models.CheckConstraint(
                condition=Q(slots_open__gte=0, slots_open__lte=F("slots_total")),
                name="item_slots_within_total",
            ),
            models.CheckConstraint(
                condition=Q(n_submitted__gte=0, n_submitted__lte=F("slots_total")),
                name="item_ratings_within_total",
            ),
        )
        indexes = (
            models.Index(
                fields=["study", "lane", "seq"], name="item_open", condition=Q(has_slot=True)
            ),
            models.Index(fields=["study", "state", "seq"], name="item_by_state"),
            models.Index(
                fields=["conversation_b"], name="item_by_second", condition=~Q(conversation_b=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.study} #{self.seq}"


class ItemAnswer(models.Model):
    """One of the answers that a ranking puts in order; items with one or two have none.

    The first two are the item's `conversation` and `conversation_b` too.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="answers", db_index=False)
    position = models.PositiveSmallIntegerField()
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["item", "position"], name="item_answer_once"),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.position}"
