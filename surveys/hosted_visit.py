"""One visit of the hosted page: which page comes next, and what is kept before it does."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header

from surveys.answering import AnswerProblem, Checked, Shown, check_answers
from surveys.documents import Document, parse_document
from surveys.hosted_forms import Ticket, posted_answers, ticket_of, with_page
from surveys.hosted_page import answer_page, answer_refusal, page_context, thanks_context
from surveys.models import Mode, Response, Survey, SurveyLink, SurveyVersion
from surveys.prefilled import named_by_application, prefilled
from surveys.refusals import (
    SurveyRefusedError,
    refuse_full,
    refuse_link,
    refuse_rush,
    refuse_survey,
)
from surveys.services.hosted import save_page
from surveys.services.ingest import buckets
from surveys.services.responses import Arrival
from surveys.services.surveys import published_version
from surveys.shuffling import order_for

PER_MINUTE, PER_MINUTE_EACH = 6_000, 120
"""Requests for one survey, and for one response."""


class Visit:
    """A survey, the version that is answered, and the language its visitor reads."""

    def __init__(self, request: HttpRequest, slug: str, now: datetime) -> None:
        self.request = request
        self.now = now
        accepted = parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200])
        self.wanted = [
            request.POST.get("to_locale", ""),
            request.POST.get("locale", ""),
            request.GET.get("lang", ""),
            *(tag for tag, _weight in accepted),
        ]
        self.found = Survey.objects.filter(slug=slug).first()
        self.document: Document | None = None
        self.number = 0

    @property
    def locale(self) -> str:
        if self.document is not None:
            return self.document.locale_for(*self.wanted)
        known = (tag[:2] for tag in self.wanted if tag[:2] in {"en", "ja"})
        return next(known, "en")

    def open(self, number: int | None = None) -> tuple[Survey, Document]:
        """The survey and the document of one version, of the newest one if none is named."""
        version: SurveyVersion | None = None
        if self.found is not None and number is None:
            version = published_version(self.found)
        elif self.found is not None:
            version = self.found.versions.filter(
                number=number or 0, state=SurveyVersion.State.PUBLISHED
            ).first()
        if self.found is None or version is None:
            raise SurveyRefusedError("not_found", self.locale)
        self.number, self.document = version.number, parse_document(version.document)
        return self.found, self.document

    def refuse(self, error: SurveyRefusedError) -> HttpResponse:
        return answer_refusal(error, self.found, self.document, self.locale)

    def begin(self, link: SurveyLink | None = None) -> HttpResponse:
        """The first page. Nothing is written: whoever only looks has taken no place."""
        survey, document = self.open()
        self._refuse_rush()
        refuse_survey(survey, self.now, self.locale)
        if link is not None:
            refuse_link(link, self.now, self.locale)
            self._refuse_used(link)
        elif not survey.is_open:
            raise SurveyRefusedError("links_only", self.locale)
        refuse_full(survey, self.locale)
        ticket = Ticket(
            uid=uuid4().hex,
            survey=survey.uid.hex,
            version=self.number,
            started=int(self.now.timestamp()),
            link=link.uid.hex if link else "",
            **named_by_application(self.request, survey, link, self.now),
        )
        checked = check_answers(document, prefilled(self.request, document), self.locale)
        return self._draw(ticket, checked, checked.shown[0])

    def _refuse_rush(self, response: UUID | None = None) -> None:
        """Counted by survey and by response, as nobody here has an account and many an address."""
        wanted: list[tuple[Hashable, int, int]] = []
        if self.found is not None:
            wanted.append((self.found.uid, 1, PER_MINUTE))
        if response is not None:
            wanted.append((response, 1, PER_MINUTE_EACH))
        refuse_rush(buckets.take(wanted), self.locale)

    def _refuse_used(self, link: SurveyLink) -> None:
        """A link of one use belongs to whoever answered by it first.

        They go on in the page they have, or at the address it showed them; whoever opens the link
        after them learns that it was used and nothing of what was said.
        """
        if link.n_used < link.quota:
            return
        is_begun = link.responses.filter(state=Response.State.PARTIAL, erased_at=None).exists()
        is_own = link.quota == 1 and is_begun
        raise SurveyRefusedError("link_begun" if is_own else "link_used", self.locale)

    def go_on(self, kept: Response) -> HttpResponse:
        """The page after the last one that was answered, in the language it was answered in."""
        self.wanted.insert(-1, kept.locale)
        survey, document = self.open(kept.version.number)
        self._refuse_rush(kept.uid)
        if kept.state == Response.State.COMPLETE:
            raise SurveyRefusedError("answered", self.locale)
        refuse_survey(survey, self.now, self.locale)
        if kept.link is not None and kept.link.revoked_at:
            raise SurveyRefusedError("link_revoked", self.locale)
        ticket = Ticket(
            uid=kept.uid.hex,
            survey=survey.uid.hex,
            version=self.number,
            started=int(kept.started_at.timestamp()),
            link=kept.link.uid.hex if kept.link else "",
        )
        checked = check_answers(document, kept.answers, self.locale)
        last = next((s for s in checked.shown if kept.last_question in names_of(s)), None)
        shown = beside(checked, last, 1) if last else checked.shown[0]
        return self._draw(ticket, checked, shown or checked.shown[-1], kept=kept)

    def answer(self) -> HttpResponse:
        """A form came back: shown in another language, or left backwards, or kept."""
        form = self.request.POST
        survey, document = self.open()
        ticket = ticket_of(form.get("ticket", ""), survey.uid.hex)
        if ticket is None:
            raise SurveyRefusedError("stale_form", self.locale)
        survey, document = self.open(ticket.version)
        self._refuse_rush(ticket.response_uid)
        kept = Response.objects.filter(uid=ticket.response_uid, survey=survey).first()
        if kept is not None and kept.state == Response.State.COMPLETE:
            return self._thank(kept)
        before = check_answers(document, kept.answers if kept else {}, self.locale)
        page = page_of(before, form.get("page", "")).page
        posted = posted_answers(form, page)
        answers = with_page(before.answers, posted)
        checked = check_answers(document, answers, self.locale)
        here = page_of(checked, page.name)
        problems = [problem for problem in checked.problems if problem.question in posted]
        if form.get("to_locale"):
            return self._draw(ticket, checked, here, answers=answers, kept=kept)
        if "back" in form:
            if not problems:
                kept = self._save(ticket, kept, posted)
            return self._draw(ticket, checked, beside(checked, here, -1) or here, kept=kept)
        problems += checked.missing(self.locale, frozenset({page.name}))
        if problems:
            return self._draw(ticket, checked, here, answers=answers, kept=kept, problems=problems)
        return self._go_forward(ticket, kept, checked, here, posted)

    def _go_forward(
        self,
        ticket: Ticket,
        kept: Response | None,
        checked: Checked,
        here: Shown,
        posted: dict[str, Any],
    ) -> HttpResponse:
        """On to the next page, unless the answers brought questions that this page had not shown.

        At the end, to the first page that still lacks an answer (somebody went around it), or out.
        """
        seen = set(self.request.POST.get("shown", "").split())
        is_more = bool(names_of(here) - seen)
        target = here if is_more else beside(checked, here, 1)
        missing = [] if target else checked.missing(self.locale)
        if missing:
            target = next(s for s in checked.shown if missing[0].question in names_of(s))
        kept = self._save(ticket, kept, posted, finished=target is None)
        if target is None:
            return self._thank(kept)
        return self._draw(ticket, checked, target, kept=kept, problems=missing, more=is_more)

    def _save(
        self,
        ticket: Ticket,
        kept: Response | None,
        posted: dict[str, Any],
        *,
        finished: bool = False,
    ) -> Response:
        survey, document = self.open(ticket.version)
        links = SurveyLink.objects.filter(survey=survey)
        link = links.get(uid=ticket.link) if ticket.link else None
        arrival = Arrival(
            uid=ticket.response_uid,
            seq=kept.seq + 1 if kept else 1,
            answers={},
            version=ticket.version,
            source=Response.Source.LINK if link else Response.Source.HOSTED,
            finished=finished,
            locale=self.locale,
            order=order_for(document, ticket.response_uid),
            respondent_key=ticket.respondent,
            trust=ticket.trust,
            mode=Mode.SOLICITED if link else Mode.UNSOLICITED,
            link=link,
            conversation_key=ticket.conversation,
            variant_name=ticket.variant,
            context={k: v for k, v in link.context.items() if k not in NAMED} if link else {},
            started_at=ticket.started_at,
            opened_at=ticket.started_at,
        )
        saved = save_page(survey=survey, arrival=arrival, posted=posted, now=self.now)
        return saved.response

    def _thank(self, response: Response) -> HttpResponse:
        survey, document = self.open(self.number)
        here = self.request.build_absolute_uri
        context = thanks_context(document, response, self.locale, here)
        return answer_page("thanks", context, survey)

    def _draw(
        self,
        ticket: Ticket,
        checked: Checked,
        shown: Shown,
        *,
        answers: dict[str, Any] | None = None,
        problems: Sequence[AnswerProblem] = (),
        kept: Response | None = None,
        more: bool = False,
    ) -> HttpResponse:
        survey, document = self.open(ticket.version)
        context = page_context(
            survey,
            document,
            ticket,
            checked,
            shown,
            locale=self.locale,
            answers=checked.answers if answers is None else answers,
            problems=problems,
            kept=kept,
            more=more,
            here=self.request.build_absolute_uri,
        )
        response = answer_page("page", context, survey)
        response.status_code = 422 if problems else 200
        return response


NAMED = ("conversation", "variant")


def names_of(shown: Shown) -> set[str]:
    return {question.name for question in shown.questions}


def page_of(checked: Checked, name: str) -> Shown:
    """The page of that name, or the first one where the answers no longer lead to it."""
    return next((one for one in checked.shown if one.page.name == name), checked.shown[0])


def beside(checked: Checked, here: Shown, step: int) -> Shown | None:
    """The page before or after one; None beyond the ends."""
    names = [one.page.name for one in checked.shown]
    at = names.index(here.page.name) + step if here.page.name in names else 0
    return checked.shown[at] if 0 <= at < len(names) else None
