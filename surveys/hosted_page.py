"""The hosted page put together: which page of which response, in which words."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.template.loader import get_template
from django.urls import reverse

from surveys.answering import AnswerProblem, Checked, Shown
from surveys.documents import Document
from surveys.hosted_forms import Ticket
from surveys.models import Response, Survey, WidgetKey
from surveys.question_views import QuestionPainter
from surveys.refusals import SurveyRefusedError
from surveys.respondent_words import WORDS, tell
from surveys.shuffling import order_for
from surveys.survey_link_tokens import resume_code
from surveys.survey_words import said
from surveys.tokens import receipt_token

LANGUAGE_NAMES = {"en": "English", "ja": "日本語"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors {}"
)


def page_context(
    survey: Survey,
    document: Document,
    ticket: Ticket,
    checked: Checked,
    shown: Shown,
    *,
    locale: str,
    answers: Mapping[str, Any],
    problems: Sequence[AnswerProblem] = (),
    kept: Response | None = None,
    more: bool = False,
    here: Callable[[str], str] = str,
) -> dict[str, Any]:
    """What `page.html` shows of one page; `kept` is the response once there is one.

    `here` makes a whole address of a path: respondents copy it.
    """
    pages = [one.page.name for one in checked.shown]
    number = pages.index(shown.page.name) + 1
    words = {problem.question: problem.message for problem in problems}
    painter = QuestionPainter(
        document,
        locale=locale,
        answers=answers,
        order=kept.order if kept else order_for(document, ticket.response_uid),
        problems=words,
    )
    questions = [
        painter.view(question, required=question.name in shown.required)
        for question in shown.questions
    ]
    say = {key: tell(key, locale) for key in PLAIN}
    return {
        **frame_context(document, locale),
        "say": say,
        "action": reverse("surveys:hosted", args=[survey.slug]),
        "ticket": ticket.signed(),
        "page": shown.page.name,
        "shown": " ".join(question.name for question in shown.questions),
        "heading": said(shown.page.title, locale, *document.locales),
        "about": said(shown.page.description, locale, *document.locales),
        "is_first": number == 1,
        "is_last": number == len(pages),
        "progress": tell("progress", locale, page=number, pages=len(pages)),
        "number": number,
        "total": len(pages),
        "questions": questions,
        "problems": [question for question in questions if question.problem],
        "credits": list(dict.fromkeys(line for view in questions for line in view.credits)),
        "languages": _languages(document, locale),
        "resume": here(_resume(survey, ticket)) if kept else "",
        "more": more,
    }


PLAIN = tuple(key for key, words in WORDS.items() if "%" not in words["en"])


def thanks_context(
    document: Document, response: Response, locale: str, here: Callable[[str], str]
) -> dict[str, Any]:
    receipt = receipt_token(response.respondent) if response.respondent else ""
    return {
        **frame_context(document, locale),
        "say": {key: tell(key, locale) for key in ("done", "receipt")},
        "thanks": said(document.thanks, locale, *document.locales) or tell("thanks", locale),
        "receipt": here(reverse("surveys:own", args=[receipt])) if receipt else "",
    }


def answer_page(template: str, context: Mapping[str, Any], survey: Survey | None) -> HttpResponse:
    """Drawn without the request, so that neither session nor account can leave a trace in it."""
    response = HttpResponse(get_template(f"surveys/hosted/{template}.html").render(dict(context)))
    response.headers["Content-Security-Policy"] = POLICY.format(_frames(survey))
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Content-Language"] = str(context["locale"])
    response.headers["Cache-Control"] = "no-store"
    response.xframe_options_exempt = True  # the policy says it better
    return response


def answer_refusal(
    error: SurveyRefusedError, survey: Survey | None, document: Document | None, locale: str
) -> HttpResponse:
    frame = (
        frame_context(document, locale)
        if document
        else {"locale": locale, "title": "", "dir": "ltr"}
    )
    context = {**frame, "shut": tell("shut", locale), "message": error.message}
    response = answer_page("shut", context, survey)
    response.status_code = error.status
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def frame_context(document: Document, locale: str) -> dict[str, Any]:
    return {
        "locale": locale,
        "dir": "rtl" if locale.partition("-")[0] in RIGHT_TO_LEFT else "ltr",
        "title": said(document.title, locale, *document.locales),
        "introduction": said(document.description, locale, *document.locales),
    }


def _languages(document: Document, locale: str) -> list[tuple[str, str]]:
    return [
        (other, LANGUAGE_NAMES.get(other, other)) for other in document.locales if other != locale
    ]


def _resume(survey: Survey, ticket: Ticket) -> str:
    return reverse("surveys:hosted_resume", args=[survey.slug, resume_code(ticket.response_uid)])


def _frames(survey: Survey | None) -> str:
    """The origins on which the project's own widgets stand; on no other page can this be framed."""
    if survey is None:
        return "'none'"
    keys = WidgetKey.objects.filter(project_id=survey.project_id, revoked_at=None)
    origins = {
        origin
        for named in keys.values_list("origins", flat=True)
        for origin in named
        if ORIGIN.fullmatch(str(origin))
    }
    return " ".join(sorted(origins)) or "'none'"
