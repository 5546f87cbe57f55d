"""A question about an item: put by its adjudicator, answered by those who rated it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import May
from accounts.pages import page
from annotation.access import get_item_for, get_reply_for
from annotation.inquiry_page import InquiryPage
from annotation.services.inquiries import answer_inquiry, ask_raters
from annotation.settle_forms import answers_in
from annotation.standing import standing_of
from core.errors import InvalidError
from core.http import AuthedRequest


@require_POST
def ask(request: AuthedRequest, uid: UUID) -> HttpResponse:
    item, _place = get_item_for(request.user, uid, May.SETTLE)
    words = request.POST.get("question", "")
    ask_raters(actor=request.user, item=item, words=words, now=timezone.now())
    messages.success(
        request, _("The raters were asked. Their answers will stand here; the item waits for you.")
    )
    return redirect("annotation:item", item.uid)


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, place = get_reply_for(request.user, uid)
    shown = InquiryPage(found, standing_of(found.inquiry.item))
    status = 200
    if request.method == "POST":
        words = request.POST.get("words", "")
        answers = answers_in(request.POST, shown.standing, shown.stand)
        try:
            answer_inquiry(
                actor=request.user, reply=found, words=words, answers=answers, now=timezone.now()
            )
        except InvalidError as refusal:
            shown = InquiryPage(found, shown.standing, answers, words, refusal.message)
            status = refusal.status
        else:
            messages.success(request, _("Your answer went to whoever asked."))
            return redirect("annotation:my_studies")
    return page(request, place, "annotation/inquiry.html", {"shown": shown}, status=status)
