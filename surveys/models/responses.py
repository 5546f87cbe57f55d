"""One filled form, and its values one by one."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project
from conversations.models import Conversation
from core.models import PublicUid
from surveys.models.events import Mode, Trust
from surveys.models.imports import ResponseImport
from surveys.models.respondents import Respondent
from surveys.models.surveys import Survey, SurveyLink, SurveyVersion


class Response(PublicUid):
    """What one respondent answered, so far or whole; its uid was made by whoever began it.

    `answers` holds the document's own names and values, as they were given; `Answer` repeats them
    one by one for reports. The highest `seq` wins, so that what arrives late changes nothing.
    """

    class State(models.TextChoices):
        PARTIAL = "partial", _("begun")
        COMPLETE = "complete", _("complete")

    class Source(models.TextChoices):
        HOSTED = "hosted", _("hosted page")
        WIDGET = "widget", _("in the page")
        LINK = "link", _("link")
        SERVER = "server", _("API")
        IMPORT = "import", _("file")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses", db_index=False)
    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="responses")
    respondent = models.ForeignKey(Respondent, models.PROTECT, null=True, related_name="responses")
    link = models.ForeignKey(SurveyLink, models.PROTECT, null=True, related_name="responses")
    source = models.CharField(max_length=6, choices=Source)
    state = models.CharField(max_length=8, choices=State, default=State.PARTIAL)
    seq = models.PositiveIntegerField(default=0)
    answers = models.JSONField(default=dict)
    order = models.JSONField(default=dict)  # question name -> its options as they were shown
    last_question = models.CharField(max_length=60, blank=True)  # how far it came
    locale = models.CharField(max_length=10, blank=True)
    trust = models.CharField(max_length=6, choices=Trust, default=Trust.OPEN)
    mode = models.CharField(max_length=11, choices=Mode, default=Mode.UNSOLICITED)
    p = models.FloatField(null=True)
    conversation_key = models.CharField(max_length=255, blank=True)
    conversation = models.ForeignKey(
        Conversation, models.PROTECT, null=True, related_name="responses"
    )
    variant_name = models.CharField(max_length=120, blank=True)
    context = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField(default=timezone.now)  # by the respondent's clock
    received_at = models.DateTimeField(default=timezone.now)  # first, by ours
    updated_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(null=True)
    resume_hash = models.CharField(max_length=64, blank=True)  # of the code in the resume link
    row = models.PositiveIntegerField(null=True)  # of the file it came from
    run = models.ForeignKey(
        ResponseImport, models.SET_NULL, null=True, related_name="responses", db_index=False
    )
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["survey", "state", "-id"], name="response_by_survey"),
            models.Index(fields=["resume_hash"], name="response_by_resume"),
            models.Index(
                fields=["run", "id"], condition=Q(run__isnull=False), name="response_by_import"
            ),
        )

    def __str__(self) -> str:
        return str(self.uid)


class Answer(models.Model):
    """One value of one response.

    `part` names the row of a matrix, the item of a block, or the option of a question that takes
    several (there `value` is 1) or puts them in order (there it is the place, from 1). `value` is
    else the position on the scale as it was worded (an NPS of 0 is 0), `number` a free number.
    """

    response = models.ForeignKey(Response, models.CASCADE, related_name="values", db_index=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="+", db_index=False)
    question = models.CharField(max_length=60)
    part = models.CharField(max_length=60, blank=True)
    value = models.SmallIntegerField(null=True)
    number = models.FloatField(null=True)
    text = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["response", "question", "part"], name="answer_once"),
        )
        indexes = (
            models.Index(fields=["survey", "question", "part", "value"], name="answer_by_question"),
        )

    def __str__(self) -> str:
        return f"{self.question} {self.value}"


class SurveyDay(models.Model):
    """How often a survey was shown and put aside on one day: the head of its funnel."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="days", db_index=False)
    number = models.PositiveSmallIntegerField()  # of the version
    day = models.DateField()
    source = models.CharField(max_length=6, choices=Response.Source)
    n_eligible = models.PositiveIntegerField(default=0)  # estimate: for how many the shown stand
    n_shown = models.PositiveIntegerField(default=0)
    n_started = models.PositiveIntegerField(default=0)
    n_dismissed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["survey", "number", "day", "source"], name="survey_day_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.survey} {self.day}"
