"""What raters have shown that they can do, by a training or by a manager's word."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project, User
from core.models import PublicUid


class Qualification(PublicUid):
    """Something a study or a lane may ask of its raters: Japanese, medicine, a passed training."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="qualifications")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=60)
    training = models.OneToOneField(
        "annotation.Study", models.PROTECT, null=True, blank=True, related_name="qualifies_for"
    )
    needed = models.PositiveSmallIntegerField(null=True, blank=True)  # right answers to pass
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "slug"], name="qualification_slug_once_a_project"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("annotation:qualification", args=[self.uid])


class Qualified(models.Model):
    """A rater holds a qualification; taken away, the row stays and says when and why."""

    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="holders")
    rater = models.ForeignKey("annotation.Rater", models.PROTECT, related_name="qualifications")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")  # None: a training
    n_right = models.PositiveSmallIntegerField(null=True)
    n_asked = models.PositiveSmallIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["qualification", "rater"],
                name="qualified_once",
                condition=Q(revoked_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.rater}: {self.qualification}"
