"""Answer keys: the items of a training or a set of control items, and what is expected of each."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import May, Place
from accounts.pages import page
from analytics.stats.raters.qualifying import MOST_ASKED, pass_table, plan
from annotation.access import get_item_for, get_study_for
from annotation.key_list import PAGE, keyed_list
from annotation.key_page import KeyForm, KeyPage
from annotation.models import Item, Qualification, Study
from annotation.quality_forms import TakeItemsForm, TrainedForm
from annotation.services import answer_keys
from annotation.services.reveals import How, reveal_to
from core.http import AuthedRequest, whole

ROWS = 12
"""Bars whose chances are shown, the highest first."""


@require_safe
def keys(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.MANAGE)
    return show_keys(request, study, place)


def show_keys(
    request: AuthedRequest,
    study: Study,
    place: Place,
    *,
    take_form: TakeItemsForm | None = None,
    trained_form: TrainedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    answer_keys.refuse_without_keys(study)
    lines = keyed_list(study, after=whole(request.GET.get("after")) or 0)
    n_keyed = answer_keys.keyed_items(study).count()
    chances = bars_for(n_keyed) if study.purpose == Study.Purpose.TRAINING else []
    proposed = {"needed": plan(n_keyed).needed} if chances else {}
    context = {
        "study": study,
        "lines": lines[:PAGE],
        "after": lines[PAGE - 1].item.seq if len(lines) > PAGE else None,
        "n_keyed": n_keyed,
        "n_items": study.items.count(),
        "take_form": take_form or TakeItemsForm(study=study),
        "trained_form": trained_form or TrainedForm(initial=proposed),
        "qualification": Qualification.objects.filter(training=study).first(),
        "chances": chances,
        "proposed": proposed.get("needed"),
        "controlled": list(study.controlled.order_by("name")),
    }
    return page(request, place, "annotation/keys.html", context, nav="studies", status=status)


def bars_for(n: int) -> list[tuple[int, list[tuple[float, float]]]]:
    """(needed, [(accuracy, chance to pass)]) of the bars one may think of, the highest first."""
    if not 1 <= n <= MOST_ASKED:
        return []
    step = max(1, round(n / 2 / ROWS))
    return [(needed, pass_table(needed, n)) for needed in range(n, n // 2, -step)]


@require_POST
def take_items(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.MANAGE)
    form = TakeItemsForm(request.POST, study=study)
    if not form.is_valid():
        return show_keys(request, study, place, take_form=form, status=422)
    given = form.cleaned_data
    taken = answer_keys.take_items(
        actor=request.user,
        study=study,
        source=given["source"],
        which=answer_keys.Which(given["which"]),
        most=given["most"],
        tolerance=given["tolerance"],
        now=timezone.now(),
    )
    words = ngettext(
        "Took %(n)d item with its verdict as expected answer.",
        "Took %(n)d items with their verdicts as expected answers.",
        taken,
    )
    nothing = _("That study has no such items beyond those that are here already.")
    messages.info(request, words % {"n": taken} if taken else nothing)
    return redirect("annotation:keys", study.uid)


@require_http_methods(["GET", "HEAD", "POST"])
def key(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """One item with its key; saving goes on with the next item that has none."""
    item, place = get_item_for(request.user, uid, May.MANAGE)
    answer_keys.refuse_without_keys(item.study)
    if request.method != "POST":
        shown = KeyPage(item)
        if shown.tells_answers:
            reveal_to(user=request.user, item=item, how=How.KEY, now=timezone.now())
        return show_key(request, shown, place)
    form, blank = KeyForm(item, request.POST), KeyPage(item)
    expected = form.expected(blank.questions)
    if form.errors:
        return show_key(request, KeyPage(item, form), place, status=422)
    now = timezone.now()
    answer_keys.set_key(actor=request.user, item=item, expected=expected, now=now)
    reveal_to(user=request.user, item=item, how=How.KEY, now=now)
    messages.success(request, _("Saved what is expected of item %(n)d.") % {"n": item.seq})
    following = next_without_key(item)
    if following is None:
        return redirect("annotation:keys", item.study.uid)
    return redirect("annotation:key", following.uid)


def show_key(
    request: AuthedRequest, shown: KeyPage, place: Place, status: int = 200
) -> HttpResponse:
    context = {"shown": shown, "item": shown.item, "study": shown.item.study}
    return page(request, place, "annotation/key.html", context, nav="studies", status=status)


def next_without_key(item: Item) -> Item | None:
    left = item.study.items.filter(expected=None)
    return left.filter(seq__gt=item.seq).order_by("seq").first() or left.order_by("seq").first()
