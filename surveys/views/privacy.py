"""What is kept of end users: the rules, and forgetting somebody."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.pages import page
from core.errors import InvalidError, NotFoundError
from core.http import AuthedRequest, uid_in
from core.text import storable
from surveys.models import FeedbackRules, SubjectErasure
from surveys.privacy_forms import RulesForm, SubjectForm
from surveys.services.fixing import say_fixed
from surveys.services.forgetting import forget_subject
from surveys.services.kept import kept_of
from surveys.services.rules import change_rules

SHOWN = 50


@require_safe
def privacy(request: AuthedRequest, uid: UUID) -> HttpResponse:
    return show_privacy(request, get_place_for(request.user, uid, May.ADMINISTER))


def show_privacy(
    request: AuthedRequest,
    place: Place,
    rules: RulesForm | None = None,
    subject: SubjectForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    stored = FeedbackRules.objects.filter(project=place.project).first()
    context = {
        "rules": rules or RulesForm.of(stored or FeedbackRules()),
        "subject": subject or SubjectForm(),
        "erasures": SubjectErasure.objects.filter(project=place.project)
        .select_related("requested_by")
        .order_by("-pk")[:SHOWN],
    }
    return page(request, place, "surveys/privacy.html", context, nav="feedback", status=status)


@require_POST
def change(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.ADMINISTER)
    form = RulesForm(request.POST)
    if not form.is_valid():
        return show_privacy(request, place, form, status=422)
    change_rules(actor=request.user, project=place.project, changes=form.cleaned_data)
    messages.success(request, _("Saved. What is older goes within the hour."))
    return redirect("surveys:privacy", place.project.uid)


@require_POST
def look_up(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Everything that is kept of somebody, as a file for them. By POST: no log holds the name."""
    place = get_place_for(request.user, uid, May.ADMINISTER)
    form = SubjectForm(request.POST)
    if not form.is_valid():
        return show_privacy(request, place, subject=form, status=422)
    try:
        kept = kept_of(place.project, form.key)
    except NotFoundError as refusal:
        form.add_error("subject", refusal.message)
        return show_privacy(request, place, subject=form, status=422)
    answer = JsonResponse(kept, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer.headers["Content-Disposition"] = 'attachment; filename="subject.json"'
    return answer


@require_POST
def forget(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Asked once more before it is done; what is typed twice is meant."""
    place = get_place_for(request.user, uid, May.ADMINISTER)
    form = SubjectForm(request.POST)
    if not form.is_valid():
        return show_privacy(request, place, subject=form, status=422)
    if "really" not in request.POST:
        context = {"form": form, "subject": form.cleaned_data["subject"]}
        return page(request, place, "surveys/forget.html", context, nav="feedback")
    try:
        forget_subject(
            actor=request.user,
            project=place.project,
            key=form.key,
            conversations=form.cleaned_data["conversations"],
            now=timezone.now(),
        )
    except NotFoundError as refusal:
        form.add_error("subject", refusal.message)
        return show_privacy(request, place, subject=form, status=422)
    messages.success(request, _("Forgotten. The list below says how much went."))
    return redirect("surveys:privacy", place.project.uid)


@require_POST
def tell_fixed(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Tell those who complained of an answer that it was mended, or take that back."""
    place = get_place_for(request.user, uid, May.MANAGE)
    conversation = request.POST.get("conversation", "")
    message = request.POST.get("message", "")
    texts = conversation + message
    if not conversation or max(len(conversation), len(message)) > 255 or not storable(texts):
        raise InvalidError(_("The form does not say which answer. Reload the page and try again."))
    fixed = "undo" not in request.POST
    say_fixed(
        actor=request.user,
        project=place.project,
        conversation_key=conversation,
        message=message,
        fixed=fixed,
        now=timezone.now(),
    )
    told = _("Whoever complained of it reads so on their page.") if fixed else _("Taken back.")
    messages.success(request, told)
    if seen_on := uid_in(request.POST.get("from")):
        return redirect("conversations:detail", seen_on)
    return redirect("analytics:feedback_words", place.project.uid)
