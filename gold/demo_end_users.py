"""The demonstration's end users: a widget, their feedback, a survey, and what comes of both."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from accounts.models import User
from annotation.models import RubricVersion
from annotation.services.studies import create_study, name_rater, open_study
from core.frozen import thawed
from fixtures.respondents import (
    ASKED_P,
    REWORDED,
    SEED,
    STARTED,
    Asked,
    Filled,
    Shown,
    simulate_asked,
    simulate_feedback,
    simulate_responses,
)
from gold.demo_people import Demo, latent
from surveys.incoming import Row, Sender, row_of
from surveys.models import FeedbackEvent, Kind, Mode, Survey, Trust, WidgetKey
from surveys.services.folding import fold_batch
from surveys.services.ingest import stored
from surveys.services.responses import Arrival, save_response
from surveys.services.routing import follow, make_route
from surveys.services.surveys import create_survey, publish_survey
from surveys.services.widgets import make_widget_key, publish_instrument
from surveys.survey_templates import survey_template

NAMES = UUID("0192f0c4-7000-7000-8000-746f75636873")
REASONS = ("incorrect", "not_answered", "too_long", "too_short", "bad_tone", "no_sources", "other")
ROUTED = datetime.fromisoformat("2026-11-25T02:00:00+00:00")
AT_ONCE = 100
FOLDED = 2_000
ROUTED_A_DAY = 20
UNSIGNED_EVERY = 12


def hear_end_users(demo: Demo, manager: User, rubric: RubricVersion) -> None:
    """Feedback of three weeks on two releases of the application, and a survey after the chat."""
    key = make_widget_key(actor=manager, project=demo.project, name="komorie.example")
    WidgetKey.objects.filter(pk=key.pk).update(created_at=STARTED)
    reworded(key, manager)
    shown = list(simulate_feedback(latent()))
    rows = [row for number, one in enumerate(shown) for row in rows_of(key, number, one)]
    for start in range(0, len(rows), AT_ONCE):
        stored(rows[start : start + AT_ONCE])
    while fold_batch(FOLDED):
        pass
    ask_after_chat(demo, manager, key, shown)
    study = create_study(
        actor=manager, project=demo.project, name="What users pressed down", rubric_version=rubric
    )
    for rater in demo.raters().values():
        name_rater(actor=manager, study=study, rater=rater)
    route = make_route(
        actor=manager, study=study, kind=Kind.THUMB, values=[0], rate_rest=0.05,
        per_day=ROUTED_A_DAY, seed=SEED, now=ROUTED,
    )  # fmt: skip
    while follow(route.pk, ROUTED):
        pass
    open_study(actor=manager, study=study, now=ROUTED)


def reworded(key: WidgetKey, manager: User) -> None:
    """The second state of the widget's words: another question, and more people answer."""
    second = publish_instrument(
        actor=manager,
        key=key,
        reasons={"down": REASONS},
        words={
            "en": {"ask": "Did this solve it?"},
            "ja": {"ask": "この回答で解決しましたか？"},
        },
        note="Asks whether it is solved, no longer whether it helped.",
    )
    with thawed("demonstration"):
        key.instruments.filter(number=1).update(created_at=STARTED)
        key.instruments.filter(pk=second.pk).update(created_at=REWORDED)


def rows_of(key: WidgetKey, number: int, one: Shown) -> list[Row]:
    """An impression, and what was said if anything was; each as the widget would send it."""
    unsigned = number % UNSIGNED_EVERY == 0
    sender = sender_of(key, one.subject, Trust.OPEN if unsigned else Trust.SIGNED, one.at)
    common: dict[str, Any] = {
        "kind": Kind.THUMB.value,
        "target": {"conversation": one.conversation},
        "variant": one.variant,
        "context": {"topic": one.topic},
        "ui": {"locale": one.language, "instrument": one.instrument},
    }
    events: list[dict[str, Any]] = [{"type": "impression", "at": one.at.isoformat()}]
    if one.first_value is not None:
        events.append(said(one.first_value, one.at + timedelta(seconds=8), 1))
    if one.value is not None:
        last = said(one.value, one.at + timedelta(seconds=20), 2)
        events.append({**last, "reasons": list(one.reasons), "comment": one.comment})
    return [
        row_of({**common, **event, "id": str(uuid5(NAMES, f"{number}-{place}"))}, sender)
        for place, event in enumerate(events)
    ]


def sender_of(key: WidgetKey, subject: str, trust: Trust, at: datetime) -> Sender:
    return Sender(
        project=key.project_id,
        key=key.pk,
        source=FeedbackEvent.Source.WEB.value,
        trust=trust.value,
        respondent=f"s:{subject}",
        claims=None,
        received=at + timedelta(minutes=1),
        behind=timedelta(0),
        scrub=True,
    )


def said(value: int, at: datetime, seq: int) -> dict[str, Any]:
    thumb = "up" if value else "down"
    return {"type": "feedback", "value": thumb, "at": at.isoformat(), "seq": seq}


def ask_after_chat(demo: Demo, manager: User, key: WidgetKey, shown: list[Shown]) -> None:
    """The survey that pops up after a chat, for one customer in four."""
    template = survey_template("csat_chat")
    survey = create_survey(
        actor=manager,
        project=demo.project,
        name="After a chat",
        document=template.document,
        template="csat_chat",
    )
    version = publish_survey(actor=manager, survey=survey, now=STARTED)
    Survey.objects.filter(pk=survey.pk).update(sample_p=ASKED_P, created_at=STARTED)
    filled = list(simulate_responses(shown))
    for one in filled:
        survey.refresh_from_db()
        answer(survey, version.number, one)
    named = {"slug": survey.slug, "number": version.number}
    stored([row for one in simulate_asked(shown, filled) for row in asked_rows(key, named, one)])
    while fold_batch(FOLDED):
        pass


def asked_rows(key: WidgetKey, named: dict[str, Any], one: Asked) -> list[Row]:
    """The survey was shown, and put aside if it was."""
    events = [("survey_shown", one.at)]
    if one.dismissed:
        events.append(("survey_dismissed", one.at + timedelta(seconds=3)))
    common = {
        "survey": named,
        "ui": {"locale": one.language},
        "sample": {"mode": Mode.SOLICITED.value, "p": ASKED_P},
    }
    sender = sender_of(key, one.subject, Trust.SIGNED, one.at)
    return [
        row_of(
            {
                **common,
                "type": kind,
                "at": at.isoformat(),
                "id": str(uuid5(NAMES, f"{kind}-{one.subject}")),
            },
            sender,
        )
        for kind, at in events
    ]


def answer(survey: Survey, version: int, one: Filled) -> None:
    answers: dict[str, Any] = {"satisfied": one.satisfaction}
    if one.finished:
        answers["settled"] = one.settled
        if one.satisfaction <= 3 and one.reasons:
            answers["why"] = list(one.reasons)
        if one.words:
            answers["more"] = one.words
    save_response(
        survey=survey,
        arrival=Arrival(
            uid=uuid5(NAMES, one.subject),
            seq=1,
            answers=answers,
            version=version,
            source="widget",
            finished=one.finished,
            locale=one.language,
            respondent_key=f"s:{one.subject}",
            trust=Trust.SIGNED.value,
            mode=Mode.SOLICITED.value,
            p=ASKED_P,
            started_at=one.at - timedelta(seconds=one.seconds),
        ),
        now=one.at,
    )
