"""Who answers: an end user, known by no more than what the application chose to call them."""

from django.db import models
from django.utils import timezone

from accounts.models import Project
from core.models import PublicUid


class Respondent(PublicUid):
    """One end user, browser or page view that gave feedback or answered a survey.

    `key` says how it is known: `s:` and the subject that the application named, `b:` and the random
    number that a browser keeps with consent, `m:` and one that lasts as long as the page, `t:` and
    a hash of the conversation where a signed token names nobody. After an erasure it is `x:` and
    the uid, and nothing else of the person is left.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="respondents", db_index=False)
    key = models.CharField(max_length=130)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["project", "key"], name="respondent_once_a_project"),
        )

    def __str__(self) -> str:
        return str(self.uid)
