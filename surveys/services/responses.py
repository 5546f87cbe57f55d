"""The one way in for answers: the hosted page, the in-page survey, links and the API come here.

All of one arrival is taken in one transaction or none of it. What must never happen twice is a
conditional update that the database itself decides: the last place of a quota, the use of a link.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from conversations.models import Conversation
from core.text import canonical, written
from surveys.answering import Checked, Value, check_answers, values_of
from surveys.documents import Document, parse_document
from surveys.models import (
    Answer,
    Mode,
    Respondent,
    Response,
    Survey,
    SurveyLink,
    SurveyVersion,
    Trust,
)
from surveys.refusals import SurveyRefusedError, refuse_full, refuse_link, refuse_survey
from surveys.services.answer_scrubbing import scrub_of, scrubbed_answers
from surveys.services.webhook_messages import Fact, listeners, queue
from surveys.shuffling import known_order
from surveys.survey_days import count_on, is_day_full
from surveys.survey_link_tokens import resume_code, resume_hash
from surveys.webhook_events import COMPLETED, payload, response_data

MAX_ANSWERS = 256_000
MAX_CONTEXT = 4_000
LONGEST = timedelta(days=90)
"""Nobody answers for longer; a client's clock that says so is wrong."""

COOLED = frozenset({Response.Source.HOSTED, Response.Source.WIDGET})
"""Where the survey itself asks. Whoever sends a link or calls the API has decided to ask."""


@dataclass(frozen=True)
class Arrival:
    """What came in for one response, and what is known of where it comes from."""

    uid: UUID
    seq: int
    answers: Mapping[str, Any]
    version: int
    source: str
    finished: bool = False
    locale: str = "en"
    order: object = field(default_factory=dict)
    respondent_key: str = ""
    trust: str = Trust.OPEN
    mode: str = Mode.UNSOLICITED
    p: float | None = None
    link: SurveyLink | None = None
    conversation_key: str = ""
    variant_name: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    started_at: datetime | None = None
    opened_at: datetime | None = None  # by our own word, which `started_at` is not


@dataclass(frozen=True)
class Saved:
    """`outcome` is saved, or stale for what an arrival with a higher `seq` had overtaken."""

    response: Response
    outcome: str
    checked: Checked


@transaction.atomic
def save_response(*, survey: Survey, arrival: Arrival, now: datetime) -> Saved:
    """Keep these answers, if they are the newest of their response and may be given.

    The same arrival again changes nothing and gets the same answer. A finished response is never
    opened again.

    Raises:
        SurveyRefusedError: With a code and a sentence in the respondent's language.
    """
    locale = arrival.locale
    if len(written(dict(arrival.answers))) > MAX_ANSWERS:
        raise SurveyRefusedError("too_large", locale)
    version = _version(survey, arrival)
    document = parse_document(version.document)
    checked = check_answers(document, arrival.answers, locale)
    response, is_new = _response(survey, version, document, arrival, now)
    if not is_new:
        if response.version_id != version.pk:
            raise SurveyRefusedError("other_version", locale)
        if arrival.seq <= response.seq:
            return Saved(response, "stale", checked)
        if response.state == Response.State.COMPLETE or response.erased_at:
            raise SurveyRefusedError("finished", locale)
        if response.link is not None and response.link.revoked_at:
            raise SurveyRefusedError("link_revoked", locale)
    refuse_survey(survey, now, locale)
    _refuse_answers(checked, arrival)
    if is_new:
        _begin(survey, version, response, arrival, now)
    _write(response, document, checked, arrival, now)
    if arrival.finished:
        _finish(survey, response, arrival, now, is_new=is_new)
    return Saved(response, "saved", checked)


def answer_rows(response: Response, values: Sequence[Value]) -> list[Answer]:
    return [
        Answer(
            response=response,
            survey_id=response.survey_id,
            question=value.question,
            part=value.part,
            value=value.value,
            number=value.number,
            text=value.text,
        )
        for value in values
    ]


def _version(survey: Survey, arrival: Arrival) -> SurveyVersion:
    """The published version that the respondent saw, perhaps not the newest."""
    version = survey.versions.filter(
        number=arrival.version, state=SurveyVersion.State.PUBLISHED
    ).first()
    if version is None:
        raise SurveyRefusedError("unknown_version", arrival.locale, words="other_version")
    return version


def _response(
    survey: Survey, version: SurveyVersion, document: Document, arrival: Arrival, now: datetime
) -> tuple[Response, bool]:
    """The response of this uid, locked; new ones wait in the transaction for what may refuse it."""
    started = arrival.started_at or now
    response, is_new = Response.objects.select_for_update(of=("self",)).get_or_create(
        uid=arrival.uid,
        defaults={
            "project_id": survey.project_id,
            "survey": survey,
            "version": version,
            "link": arrival.link,
            "source": arrival.source,
            "order": known_order(document, arrival.order),
            "trust": arrival.trust,
            "mode": arrival.mode,
            "p": arrival.p,
            "conversation_key": arrival.conversation_key[:255],
            "variant_name": arrival.variant_name[:120],
            "context": _context(arrival),
            "started_at": min(max(started, now - LONGEST), now),
            "received_at": now,
            "resume_hash": resume_hash(resume_code(arrival.uid)),
        },
    )
    if response.survey_id != survey.pk:
        raise SurveyRefusedError("other_version", arrival.locale)
    return response, is_new


def _context(arrival: Arrival) -> dict[str, Any]:
    context = dict(arrival.context)
    if len(canonical(context)) > MAX_CONTEXT:
        raise SurveyRefusedError("too_large", arrival.locale)
    return context


def _refuse_answers(checked: Checked, arrival: Arrival) -> None:
    problems = list(checked.problems)
    if arrival.finished:
        problems += checked.missing(arrival.locale)
    if problems:
        fields = {problem.question: problem.message for problem in reversed(problems)}
        raise SurveyRefusedError("invalid_answers", arrival.locale, words="problems", fields=fields)


def _begin(
    survey: Survey, version: SurveyVersion, response: Response, arrival: Arrival, now: datetime
) -> None:
    """Take a place: of the link, and of the survey as long as there are any."""
    if not _was_in_time(survey, arrival):
        refuse_full(survey, arrival.locale)
    if arrival.link is None and not survey.is_open and arrival.source in COOLED:
        raise SurveyRefusedError("links_only", arrival.locale)
    is_asked = arrival.source == Response.Source.WIDGET and arrival.mode == Mode.SOLICITED
    if is_asked and is_day_full(survey, now):
        raise SurveyRefusedError("cap", arrival.locale, words="paused")
    if arrival.link is not None:
        _use(arrival.link, arrival, now)
    response.respondent = _respondent(survey, arrival)
    if arrival.source in COOLED:
        _refuse_answered(survey, response, arrival, now)
    if arrival.conversation_key:
        response.conversation = Conversation.objects.filter(
            project_id=survey.project_id, external_id=arrival.conversation_key
        ).first()
    count_on(survey, number=version.number, source=arrival.source, now=now, n_started=1)


def _use(link: SurveyLink, arrival: Arrival, now: datetime) -> None:
    refuse_link(link, now, arrival.locale)
    in_time = SurveyLink.objects.filter(
        pk=link.pk, revoked_at=None, expires_at__gt=now, n_used__lt=F("quota")
    )
    if not in_time.update(n_used=F("n_used") + 1):
        raise SurveyRefusedError("link_used", arrival.locale)


def _respondent(survey: Survey, arrival: Arrival) -> Respondent:
    """Who this is, as far as it was said; else somebody new, who can still see and erase this."""
    subject = arrival.link.subject if arrival.link else ""
    key = f"s:{subject}" if subject else arrival.respondent_key or f"m:{arrival.uid.hex}"
    respondent, _is_new = Respondent.objects.get_or_create(project_id=survey.project_id, key=key)
    return respondent


def _refuse_answered(survey: Survey, response: Response, arrival: Arrival, now: datetime) -> None:
    """The same respondent again, too soon; locked, so that two tabs cannot both finish."""
    if response.respondent is None:
        return
    Respondent.objects.select_for_update().get(pk=response.respondent.pk)
    before = Response.objects.filter(
        survey=survey,
        respondent=response.respondent,
        state=Response.State.COMPLETE,
        finished_at__gt=now - timedelta(days=survey.cooldown_days),
    )
    if before.exclude(pk=response.pk).exists():
        raise SurveyRefusedError("answered", arrival.locale)


def _write(
    response: Response, document: Document, checked: Checked, arrival: Arrival, now: datetime
) -> None:
    scrub = scrub_of(response.project_id)
    checked = replace(checked, answers=scrubbed_answers(scrub, document, checked.answers))
    response.answers = checked.answers
    response.seq = arrival.seq
    response.locale = document.locale_for(arrival.locale)
    response.updated_at = now
    answered = [q.name for q in document.questions if q.name in checked.answers]
    response.last_question = answered[-1] if answered else ""
    response.values.all().delete()
    Answer.objects.bulk_create(answer_rows(response, values_of(document, checked.answers)))
    response.save()


def _finish(
    survey: Survey, response: Response, arrival: Arrival, now: datetime, *, is_new: bool
) -> None:
    """The last place goes to whoever's update finds it free.

    Whoever had begun while there was one is let finish: their answers are given, and a quota says
    when nobody is asked any more.
    """
    if response.source in COOLED:
        _refuse_answered(survey, response, arrival, now)
    places = Survey.objects.filter(pk=survey.pk)
    if is_new and not _was_in_time(survey, arrival):
        places = places.filter(Q(quota=None) | Q(n_complete__lt=F("quota")))
    if not places.update(n_complete=F("n_complete") + 1):
        raise SurveyRefusedError("quota", arrival.locale)
    response.state = Response.State.COMPLETE
    response.finished_at = now
    response.seconds = int((now - response.started_at).total_seconds())
    response.save(update_fields=["state", "finished_at", "seconds"])
    if hooks := listeners(survey.project_id, COMPLETED):
        name = response.respondent.key if response.respondent else ""
        told = payload(COMPLETED, now, response_data(response, name))
        queue(hooks, [Fact(COMPLETED, told, response.respondent_id)], now)


def _was_in_time(survey: Survey, arrival: Arrival) -> bool:
    """Whether the page was opened, by our own word, before the last place was taken."""
    if arrival.opened_at is None or survey.quota is None or survey.n_complete < survey.quota:
        return False
    taken = Response.objects.filter(survey=survey, state=Response.State.COMPLETE)
    last = taken.order_by("finished_at").values_list("finished_at", flat=True)[survey.quota - 1 :]
    full_since = last.first() if survey.quota else None
    return full_since is not None and arrival.opened_at < full_since
