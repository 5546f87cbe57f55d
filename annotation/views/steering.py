"""Steering one rater of a study: limits, pauses, work that goes to others; each asked once more."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import May, Place
from accounts.pages import page
from annotation import steering_words as words
from annotation.access import get_study_rater_for
from annotation.models import Study, StudyRater
from annotation.rater_work import work_of
from annotation.services import handing_over, setting_aside, studies
from annotation.steering_forms import AsideForm, LimitsForm, ReceiverForm, others_in
from core.errors import DomainError, InvalidError
from core.http import AuthedRequest, whole
from core.templatetags.numerals import thousands

POOL = gettext_lazy("the pool: whoever comes first")
ALL_OTHERS = gettext_lazy("all other active raters")
asks_once_more = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def rater_page(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    chair, place = get_study_rater_for(request.user, uid, rater, May.MANAGE)
    return show_rater(request, place, chair)


def show_rater(
    request: AuthedRequest,
    place: Place,
    chair: StudyRater,
    form: LimitsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "study": chair.study,
        "chair": chair,
        "work": work_of(chair, request.user, timezone.now()),
        "limits_form": form or LimitsForm.of(chair),
        "may_steer": may_steer(chair.study),
    }
    return page(
        request, place, "annotation/study_rater.html", context, nav="studies", status=status
    )


def may_steer(study: Study) -> bool:
    return study.state != Study.State.CLOSED and not study.imported


@require_POST
def limits(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    chair, place = get_study_rater_for(request.user, uid, rater, May.MANAGE)
    form = LimitsForm.of(chair, request.POST)
    if not form.is_valid():
        return show_rater(request, place, chair, form, status=422)
    studies.change_limits(actor=request.user, study_rater=chair, **form.cleaned_data)
    messages.success(request, _("Saved. The limits hold from the next item on."))
    return to_rater(chair)


@asks_once_more
def pause(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    """Pause after asking; going on needs no question. Sent twice, either of them is done once."""
    chair, place = get_study_rater_for(request.user, uid, rater, May.MANAGE)
    if request.method != "POST":
        return confirm(request, place, chair, words.pausing_rater(chair))
    studies.pause_rater(
        actor=request.user,
        study_rater=chair,
        paused=request.POST.get("do") != "resume",
        now=timezone.now(),
    )
    return to_rater(chair)


@asks_once_more
def take_work(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    chair, place = get_study_rater_for(request.user, uid, rater, May.MANAGE)
    form = ReceiverForm(posted(request), others=others_in(chair), all_words=POOL)
    if request.method != "POST":
        return confirm(request, place, chair, words.taking_work(chair), form)
    if not form.is_valid():
        return confirm(request, place, chair, words.taking_work(chair), form, status=422)
    receiver = form.chosen()
    taken = handing_over.take_from_hand(
        actor=request.user, study_rater=chair, receiver=receiver, now=timezone.now()
    )
    messages.success(request, words.taken(taken, receiver))
    return to_rater(chair)


@require_POST
def give_back(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    """One item back into the pool."""
    chair, _place = get_study_rater_for(request.user, uid, rater, May.MANAGE)
    named = handing_over.in_hand(chair).filter(item__seq=whole(request.POST.get("item")) or 0)
    handing_over.take_from_hand(
        actor=request.user,
        study_rater=chair,
        only=named.values_list("pk", flat=True),
        now=timezone.now(),
    )
    messages.success(request, _("The item is in the pool again."))
    return to_rater(chair)


@asks_once_more
def set_aside(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    chair, place = get_study_rater_for(request.user, uid, rater, May.MANAGE)
    form = AsideForm(posted(request), others=others_in(chair), all_words=POOL)
    asked = words.setting_aside(chair)
    if request.method != "POST":
        return confirm(request, place, chair, asked, form)
    if not form.is_valid():
        return confirm(request, place, chair, asked, form, status=422)
    try:
        job = setting_aside.set_aside(
            actor=request.user, study_rater=chair, receiver=form.chosen(),
            reason=form.cleaned_data["reason"], pauses=form.cleaned_data["pause"],
            now=timezone.now(),
        )  # fmt: skip
    except InvalidError as refused:
        form.add_error("reason", refused.message)
        return confirm(request, place, chair, asked, form, status=422)
    if job is not None:
        return redirect("accounts:job", job.uid)
    messages.success(request, _("The ratings are set aside. Others are asked instead."))
    return to_rater(chair)


@asks_once_more
def let_count(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    """Undo of setting aside."""
    chair, place = get_study_rater_for(request.user, uid, rater, May.MANAGE)
    if request.method != "POST":
        return confirm(request, place, chair, words.taking_in(chair))
    n, job = setting_aside.take_in(actor=request.user, study_rater=chair, now=timezone.now())
    if job is not None:
        return redirect("accounts:job", job.uid)
    done = ngettext("%(n)s rating counts again.", "%(n)s ratings count again.", n)
    messages.success(request, done % {"n": thousands(n)})
    return to_rater(chair)


@asks_once_more
def hand_over(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    """Lanes to one other rater or to all of them; only a study with lanes has any to give."""
    chair, place = get_study_rater_for(request.user, uid, rater, May.MANAGE)
    if not chair.study.lanes:
        raise DomainError(
            _("Study “%(study)s” has one lane for everybody, so there is none to hand over.")
            % {"study": chair.study}
        )
    others = others_in(chair)
    form = ReceiverForm(posted(request), others=others, all_words=ALL_OTHERS)
    asked = words.handing_lanes(chair, others)
    if request.method != "POST":
        return confirm(request, place, chair, asked, form)
    if not form.is_valid():
        return confirm(request, place, chair, asked, form, status=422)
    receiver = form.chosen()
    handing_over.hand_over_lanes(
        actor=request.user, study_rater=chair, receivers=[receiver] if receiver else others
    )
    messages.success(request, _("The lanes are handed over."))
    return to_rater(chair)


@require_POST
def reset_lanes(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    chair, _place = get_study_rater_for(request.user, uid, rater, May.MANAGE)
    handing_over.reset_lanes(actor=request.user, study_rater=chair)
    messages.success(request, _("This rater draws from the lanes of the plan again."))
    return to_rater(chair)


def posted(request: AuthedRequest) -> QueryDict | None:
    """What a form is filled from: a POST without a word is one too, a GET is not."""
    return request.POST if request.method == "POST" else None


def confirm(
    request: AuthedRequest,
    place: Place,
    chair: StudyRater,
    asked: words.Asked,
    form: ReceiverForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The same address does it: asked by GET, done by POST."""
    context = asked.as_context(action=request.path, back=rater_url(chair), form=form)
    return page(request, place, "components/_confirm.html", context, nav="studies", status=status)


def rater_url(chair: StudyRater) -> str:
    return reverse("annotation:study_rater", args=[chair.study.uid, chair.rater.uid])


def to_rater(chair: StudyRater) -> HttpResponse:
    return redirect(rater_url(chair))
