"""What came in from end users, as it came: appended, never changed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project
from surveys.models.keys import WidgetKey
from surveys.models.respondents import Respondent


class Trust(models.TextChoices):
    """How far it is known who sent an event."""

    SIGNED = "signed", _("signed")  # by a token that the application's server made
    ORIGIN = "origin", _("from a listed site")  # by a page of an allowed origin
    OPEN = "open", _("from anywhere")


class Mode(models.TextChoices):
    UNSOLICITED = "unsolicited", _("of their own accord")
    SOLICITED = "solicited", _("asked at random")  # with a known probability `p`


class Kind(models.TextChoices):
    THUMB = "thumb", _("thumb")
    STAR5 = "star5", _("five stars")
    SCALE = "scale", _("scale")
    CSAT = "csat", _("satisfaction (CSAT)")
    CES = "ces", _("ease (CES)")
    NPS = "nps", _("recommendation (NPS)")
    CHOICE = "choice", _("choice")
    TEXT = "text", _("words")
    PAIRWISE = "pairwise", _("comparison of two answers")


class FeedbackEvent(models.Model):
    """One event of one respondent; its uid was made by whoever sent it.

    `respondent` is null until the event is folded into `CurrentFeedback` and the roll-ups: what is
    still to be folded is one short index, and taking an event in is one insert.
    """

    class Type(models.TextChoices):
        FEEDBACK = "feedback", _("feedback")
        RETRACT = "retract", _("taken back")
        IMPRESSION = "impression", _("shown")
        SURVEY_SHOWN = "survey_shown", _("survey shown")
        SURVEY_ANSWER = "survey_answer", _("survey answered")
        SURVEY_DONE = "survey_done", _("survey finished")
        SURVEY_DISMISSED = "survey_dismissed", _("survey dismissed")

    class Source(models.TextChoices):
        WEB = "web", _("widget")
        SERVER = "server", _("API")
        LINK = "link", _("link")
        IMPORT = "import", _("file")

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    uid = models.UUIDField()
    type = models.CharField(max_length=16, choices=Type)
    source = models.CharField(max_length=6, choices=Source, default=Source.WEB)
    key = models.ForeignKey(WidgetKey, models.PROTECT, null=True, related_name="+", db_index=False)
    trust = models.CharField(max_length=6, choices=Trust)
    respondent_key = models.CharField(max_length=130)  # as in Respondent.key
    respondent = models.ForeignKey(
        Respondent, models.PROTECT, null=True, related_name="events", db_index=False
    )
    at = models.DateTimeField()  # when it happened, by the client's clock set right
    received_at = models.DateTimeField(default=timezone.now)
    seq = models.PositiveIntegerField(default=0)  # of what one page sent: later ones are greater
    kind = models.CharField(max_length=8, choices=Kind, blank=True)
    value = models.CharField(max_length=64, blank=True)
    conversation_key = models.CharField(max_length=255, blank=True)
    message = models.CharField(max_length=255, blank=True)
    variant_name = models.CharField(max_length=120, blank=True)
    reasons = models.JSONField(default=list)
    comment = models.TextField(blank=True)
    locale = models.CharField(max_length=10, blank=True)
    instrument = models.PositiveSmallIntegerField(default=0)
    mode = models.CharField(max_length=11, choices=Mode, default=Mode.UNSOLICITED)
    p = models.FloatField(null=True)
    data = models.JSONField(default=dict)  # {"context", "ui", "survey"} as they came

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["project", "uid"], name="event_once_a_project"),
        )
        indexes = (
            models.Index(fields=["id"], name="event_to_fold", condition=Q(respondent=None)),
            models.Index(
                fields=["respondent"], name="event_by_respondent", condition=~Q(respondent=None)
            ),
            models.Index(  # these two are what retention looks for, and few events are in them
                fields=["project", "at"], name="event_with_comment", condition=~Q(comment="")
            ),
            models.Index(fields=["project", "at"], name="event_of_survey", condition=Q(kind="")),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.uid}"
