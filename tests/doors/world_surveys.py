"""A survey in each state that managers meet: one that is asked, one being written, and a link."""

from typing import Any

from django.utils import timezone

from core.models import new_uid
from surveys.models import Response, SurveyVersion
from surveys.services.responses import Arrival, save_response
from surveys.services.survey_links import make_link
from surveys.services.surveys import create_survey, publish_survey, start_draft
from surveys.survey_link_tokens import resume_code, token_of


def surveys(side: Any) -> None:
    now = timezone.now()
    words = {"en": side.say("title"), "ja": side.say("題")}
    choices = [{"value": key, "text": {"en": side.say(key), "ja": side.say(key)}} for key in "ab"]
    document = {
        "title": words,
        "locales": ["en", "ja"],
        "pages": [
            {
                "name": "first",
                "elements": [
                    {"type": "csat", "name": "satisfied", "title": words, "isRequired": True},
                    {
                        "type": "multi",
                        "name": "why",
                        "title": words,
                        "choices": choices,
                        "visibleIf": "satisfied <= 3",
                    },
                ],
            }
        ],
        "thanks": words,
    }
    asked, paused, written = (
        create_survey(actor=None, project=side.project, name=side.say(name), document=document)
        for name in ("asked survey", "paused survey", "survey being written")
    )
    for survey in (asked, paused):
        publish_survey(actor=None, survey=survey, now=now)
        survey.refresh_from_db()
    paused.state = paused.State.PAUSED
    paused.save(update_fields=["state"])
    start_draft(actor=side.people["manager"], survey=paused)
    begun = Arrival(uid=new_uid(), seq=1, answers={}, version=1, source=Response.Source.HOSTED)
    save_response(survey=asked, arrival=begun, now=now)
    link = make_link(actor=None, survey=asked, name=side.say("link"), days=7, now=now)
    side.put(
        resume_code=resume_code(begun.uid),
        survey_link_token=token_of(link),
        asked_survey=asked,
        paused_survey=paused,
        written_survey=written,
        asked_version=SurveyVersion.objects.get(survey=asked),
        survey_link=link,
    )
