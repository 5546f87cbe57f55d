"""One of everything that end users give and what the team does with it."""

from typing import Any

from django.utils import timezone

from core.models import new_uid
from surveys.models import (
    CurrentFeedback,
    FeedbackEvent,
    Kind,
    Respondent,
    Response,
    Survey,
    SurveyVersion,
    Webhook,
    WebhookMessage,
)
from surveys.services.routing import make_route
from surveys.tokens import receipt_token
from tests import factories


def end_users(side: Any) -> None:
    now = timezone.now()
    study = factories.make_study(
        side.project, rubric_version=side.version, name=side.say("study of feedback")
    )
    route = make_route(
        actor=None, study=study, kind=Kind.THUMB, values=[0], rate_rest=0.1, seed=3, now=now
    )
    respondent = Respondent.objects.create(project=side.project, key=f"s:{side.name}")
    event = FeedbackEvent.objects.create(
        project=side.project,
        uid=new_uid(),
        type=FeedbackEvent.Type.FEEDBACK,
        trust="signed",
        respondent=respondent,
        respondent_key=respondent.key,
        at=now,
        kind=Kind.THUMB,
        value="down",
        conversation_key=side.conversation.external_id,
        comment=side.say("comment of an event"),
    )
    feedback = CurrentFeedback.objects.create(
        project=side.project,
        respondent=respondent,
        target=respondent.uid,
        kind=Kind.THUMB,
        conversation=side.conversation,
        conversation_key=side.conversation.external_id,
        shown=True,
        value=0,
        comment=side.say("comment"),
        day=now.date(),
        at=now,
        event_id=event.pk,
        trust="signed",
        mode="unsolicited",
    )
    survey = Survey.objects.create(
        project=side.project, name=side.say("survey"), slug=f"csat-{side.name}".lower(), salt="salt"
    )
    survey_version = SurveyVersion.objects.create(
        survey=survey,
        number=1,
        document={"title": {"en": side.say("title of a survey")}, "locales": ["en"], "pages": []},
    )
    response = Response.objects.create(
        project=side.project,
        survey=survey,
        version=survey_version,
        respondent=respondent,
        source="hosted",
        answers={"why": side.say("answer")},
        locale="en",
    )
    webhook = Webhook.objects.create(
        project=side.project,
        url=f"https://{side.name.lower()}.example.com/{'touchstone' * 12}",
        events=["feedback.created"],
    )
    WebhookMessage.objects.create(
        webhook=webhook, event="feedback.created", payload={"type": side.say("message")}
    )
    side.put(
        webhook=webhook,
        survey=survey,
        survey_version=survey_version,
        response=response,
        own_token=receipt_token(respondent),
        event=event,
        route=route,
        routed_study=study,
        respondent=respondent,
        feedback=feedback,
    )
