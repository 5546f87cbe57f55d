"""The rules of admission, tried before they are saved; and inputs that were used elsewhere."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.pages import page
from core.errors import InvalidError
from core.http import AuthedRequest, whole
from gold.access import get_dataset_for
from gold.admission.exposed import USES
from gold.admission.rules import read_rules
from gold.admission.trial import try_rules
from gold.candidate_forms import ExposureForm, RulesForm
from gold.models import Exposure, GoldDataset
from gold.services import exposures
from gold.services.rules import change_rules

PAGE = 100


@require_safe
def rules_page(request: AuthedRequest, uid: UUID) -> HttpResponse:
    dataset, place = get_dataset_for(request.user, uid, May.READ)
    form = RulesForm.of(dataset, read_rules(dataset.rules))
    return show_rules(request, dataset, place, form)


@require_POST
def rules_change(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Try the rules that stand in the form, or save them."""
    dataset, place = get_dataset_for(request.user, uid, May.MANAGE)
    form = RulesForm(request.POST)
    if not form.is_valid() or request.POST.get("act") != "save":
        return show_rules(request, dataset, place, form)
    change_rules(
        actor=request.user,
        dataset=dataset,
        rules=form.rules(),
        splits=form.cleaned_data["splits"],
    )
    messages.success(request, _("The rules are saved. Candidates are being checked by them."))
    return redirect("gold:rules", uid)


def show_rules(
    request: AuthedRequest, dataset: GoldDataset, place: Place, form: RulesForm
) -> HttpResponse:
    """With what the rules in the form would do to the candidates and to the gold items."""
    now = read_rules(dataset.rules)
    is_tried = form.is_bound and form.is_valid()
    context = {
        "dataset": dataset,
        "form": form,
        "trial": try_rules(dataset, now, form.rules() if is_tried else now),
        "is_tried": is_tried,
        "may_manage": place.may(May.MANAGE),
    }
    status = 422 if form.errors else 200
    if request.htmx:
        return render(request, "gold/_trial.html", context, status=status)
    return page(request, place, "gold/rules.html", context, nav="gold", status=status)


@require_safe
def exposure_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    return show_exposures(request, place, ExposureForm())


def show_exposures(request: AuthedRequest, place: Place, form: ExposureForm) -> HttpResponse:
    told = Exposure.objects.filter(project=place.project).select_related("told_by")
    n_told = told.count()
    if (after := whole(request.GET.get("after"))) is not None:
        told = told.filter(pk__lt=after)
    shown = list(told.order_by("-pk")[: PAGE + 1])
    context = {
        "told": [(one, USES[one.use]) for one in shown[:PAGE]],
        "n_told": n_told,
        "after": shown[PAGE - 1].pk if len(shown) > PAGE else None,
        "form": form,
        "may_manage": place.may(May.MANAGE),
    }
    status = 422 if form.errors else 200
    return page(request, place, "gold/exposures.html", context, nav="gold", status=status)


@require_POST
def exposures_tell(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = ExposureForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            keys = exposures.read_keys(form.text())
        except InvalidError as problem:
            form.add_error("keys", problem.message)
    if not form.is_valid():
        return show_exposures(request, place, form)
    told = exposures.tell_exposures(
        actor=request.user,
        project=place.project,
        keys=keys,
        use=form.cleaned_data["use"],
        note=form.cleaned_data["note"],
        now=timezone.now(),
    )
    messages.success(request, exposures.told_words(told))
    return redirect("gold:exposures", uid)


@require_POST
def exposures_withdraw(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    chosen = [found for one in request.POST.getlist("exposure") if (found := whole(one))]
    count = exposures.withdraw_exposures(actor=request.user, project=place.project, rows=chosen)
    words = ngettext("%(n)d input was withdrawn.", "%(n)d inputs were withdrawn.", count)
    messages.success(request, words % {"n": count})
    return redirect("gold:exposures", uid)
