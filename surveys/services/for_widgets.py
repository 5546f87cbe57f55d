"""What a widget is told: how it looks, which surveys are live, and what its reader said before."""

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from surveys.folding import ABOUT_AN_ANSWER, Event, merge, new_feedback, target_of
from surveys.instruments import told
from surveys.known_keys import KnownKey
from surveys.models import (
    CurrentFeedback,
    FeedbackEvent,
    FeedbackRules,
    Instrument,
    Respondent,
    Survey,
    SurveyVersion,
)
from surveys.positions import value_at
from surveys.survey_days import with_places
from surveys.tokens import receipt_token

MOST_SURVEYS = 50
MOST_FEEDBACK = 200
NOT_FOLDED = 5_000
"""Of what waits to be folded the newest so many events are looked through."""


def config_of(key: KnownKey, now: datetime) -> dict[str, Any]:
    """What pages of a key need to know; the same for all their readers."""
    instrument = Instrument.objects.filter(key=key.pk).order_by("-number").first()
    live = list(live_surveys(key.project, now)[:MOST_SURVEYS])
    rules = FeedbackRules.objects.filter(project=key.project).first() or FeedbackRules()
    return {
        "instrument": told(instrument),
        "consent": "ask" if rules.ask_consent else "none",
        "cooldown_days": rules.cooldown_days,
        "surveys": [_as_told(survey) for survey in with_places(live, now)],
    }


def live_surveys(project: int, now: datetime) -> "QuerySet[Survey]":
    published = SurveyVersion.objects.filter(
        survey=OuterRef("pk"), state=SurveyVersion.State.PUBLISHED
    ).order_by("-number")
    return (
        Survey.objects.filter(
            Q(opens_at=None) | Q(opens_at__lte=now),
            Q(closes_at=None) | Q(closes_at__gt=now),
            Q(quota=None) | Q(n_complete__lt=F("quota")),
            project=project,
            state=Survey.State.LIVE,
            is_open=True,
        )
        .annotate(
            version=Subquery(published.values("number")[:1]),
            document=Subquery(published.values("document")[:1]),
        )
        .exclude(version=None)
        .order_by("slug")
    )


def _as_told(survey: Any) -> dict[str, Any]:
    document = survey.document if isinstance(survey.document, dict) else {}
    return {
        "slug": survey.slug,
        "number": survey.version,
        "trigger": document.get("trigger"),
        "p": survey.sample_p,
        "salt": survey.salt,
        "cooldown_days": survey.cooldown_days,
    }


def state_of(project: int, respondent_key: str, conversation: str) -> dict[str, Any]:
    """What a respondent says now, also by events that came a moment ago, and where it is kept.

    With a conversation, of that alone; without one, the latest of all.
    """
    respondent = Respondent.objects.filter(project=project, key=respondent_key).first()
    rows: dict[Any, CurrentFeedback] = {}
    if respondent is not None:
        found = CurrentFeedback.objects.filter(respondent=respondent)
        if conversation:
            found = found.filter(conversation_key=conversation)
        rows = {row.target: row for row in found.order_by("-at")[:MOST_FEEDBACK]}
    for event in _not_folded(project, respondent_key, conversation):
        target = target_of(event.conversation_key, event.message, event.kind)
        if target not in rows:
            rows[target] = new_feedback(project, 0, target, event)
        merge(rows[target], event)
    said = [row for row in rows.values() if row.value is not None or row.retracted]
    said.sort(key=lambda row: row.at, reverse=True)
    return {
        "feedback": [_as_said(row) for row in said[:MOST_FEEDBACK]],
        "receipt": f"/my-feedback/{receipt_token(respondent)}/" if respondent else None,
    }


def _not_folded(project: int, respondent_key: str, conversation: str) -> list[Event]:
    newest = FeedbackEvent.objects.filter(respondent=None).order_by("-pk").values("pk")
    events = FeedbackEvent.objects.filter(
        pk__in=newest[:NOT_FOLDED],
        project=project,
        respondent_key=respondent_key,
        type__in=ABOUT_AN_ANSWER,
    )
    if conversation:
        events = events.filter(conversation_key=conversation)
    return [Event._make(row) for row in events.order_by("pk").values_list(*Event._fields)]


def _as_said(row: CurrentFeedback) -> dict[str, Any]:
    return {
        "conversation": row.conversation_key,
        "message": row.message,
        "kind": row.kind,
        "value": None if row.value is None else value_at(row.kind, row.value, row.words),
        "reasons": row.reasons,
        "seq": row.seq,
        "at": row.at.isoformat(),
    }
