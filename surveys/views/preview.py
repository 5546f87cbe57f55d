"""A draft as its respondents will see it: the hosted page with all its logic, and nothing kept.

What was answered so far travels in the form, so that the preview of an unpublished version needs no
response. It is shown in a frame of the builder, hence the one policy of ours that allows framing.
"""

from typing import Any
from uuid import UUID, uuid4

from django.core import signing
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import May
from core.errors import InvalidError
from core.http import AuthedRequest
from surveys.access import get_survey_for
from surveys.answering import Checked, Shown, check_answers
from surveys.documents import Document, parse_document
from surveys.hosted_forms import Ticket, posted_answers, with_page
from surveys.hosted_page import POLICY, answer_page, frame_context, page_context
from surveys.hosted_visit import beside, names_of, page_of
from surveys.models import Survey
from surveys.respondent_words import tell
from surveys.survey_words import said
from surveys.views.builder import draft_of

SALT = "surveys.preview"


@csrf_exempt  # it writes nothing, and the hosted page's form carries no token of a session
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, _place = get_survey_for(request.user, uid, May.MANAGE)
    try:
        document = parse_document(draft_of(survey).document)
    except InvalidError as error:
        return _framed(_shut(error.message))
    wanted = [
        request.POST.get("to_locale", ""),
        request.POST.get("locale", ""),
        request.GET.get("lang", ""),
        get_language() or "",
    ]
    rehearsal = Rehearsal(survey, document, document.locale_for(*filter(None, wanted)))
    try:
        if request.method == "POST":
            return _framed(rehearsal.answer(request))
        return _framed(rehearsal.begin(request.GET.get("page", "")))
    except InvalidError as error:
        return _framed(_shut(error.message))


class Rehearsal:
    def __init__(self, survey: Survey, document: Document, locale: str) -> None:
        self.survey, self.document, self.locale = survey, document, locale
        self.ticket = Ticket(uid=uuid4().hex, survey="", version=0, started=0)

    def begin(self, page: str) -> HttpResponse:
        checked = check_answers(self.document, {}, self.locale)
        return self._draw(checked, _page(checked, page))

    def answer(self, request: AuthedRequest) -> HttpResponse:
        form = request.POST
        kept = self._carried(form.get("ticket", ""))
        before = check_answers(self.document, kept, self.locale)
        page = _page(before, form.get("page", "")).page
        posted = posted_answers(form, page)
        answers = with_page(before.answers, posted)
        checked = check_answers(self.document, answers, self.locale)
        here = _page(checked, page.name)
        if form.get("to_locale"):
            return self._draw(checked, here, answers=answers)
        if "back" in form:
            return self._draw(checked, beside(checked, here, -1) or here)
        problems = [problem for problem in checked.problems if problem.question in posted]
        problems += checked.missing(self.locale, frozenset({page.name}))
        if problems:
            return self._draw(checked, here, answers=answers, problems=problems)
        is_more = bool(names_of(here) - set(form.get("shown", "").split()))
        target = here if is_more else beside(checked, here, 1)
        return self._draw(checked, target, more=is_more) if target else self._thank()

    def _carried(self, text: str) -> dict[str, Any]:
        try:
            found = signing.loads(text, salt=SALT)
            self.ticket = Ticket(uid=UUID(found["uid"]).hex, survey="", version=0, started=0)
            return dict(found["answers"])
        except (signing.BadSignature, KeyError, TypeError, ValueError):
            return {}

    def _draw(
        self,
        checked: Checked,
        shown: Shown,
        *,
        answers: dict[str, Any] | None = None,
        **more: Any,
    ) -> HttpResponse:
        context = page_context(
            self.survey,
            self.document,
            self.ticket,
            checked,
            shown,
            locale=self.locale,
            answers=checked.answers if answers is None else answers,
            **more,
        )
        carried = {"uid": self.ticket.uid, "answers": checked.answers}
        context["action"] = ""
        context["ticket"] = signing.dumps(carried, salt=SALT, compress=True)
        return answer_page("page", context, self.survey)

    def _thank(self) -> HttpResponse:
        thanks = said(self.document.thanks, self.locale, *self.document.locales)
        context = {
            **frame_context(self.document, self.locale),
            "say": {"done": tell("done", self.locale)},
            "thanks": thanks or tell("thanks", self.locale),
        }
        return answer_page("thanks", context, self.survey)


def _page(checked: Checked, name: str) -> Shown:
    """A draft may hide all that it has: nobody has proven yet that it can be reached."""
    if not checked.shown:
        raise InvalidError(
            _("The conditions of this draft hide every question. The check says which to mend.")
        )
    return page_of(checked, name)


def _shut(message: str) -> HttpResponse:
    locale = get_language() or "en"
    context = {"locale": locale, "title": "", "dir": "ltr", "shut": "–", "message": message}
    return answer_page("shut", context, None)


def _framed(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Security-Policy"] = POLICY.format("'self'")
    response.status_code = 200
    return response
