"""Studies: plan, draw, invite, watch, close."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.models import Role
from accounts.pages import page
from accounts.services import invite
from annotation import steering_words as words
from annotation import study_forms as forms
from annotation.access import get_study_for
from annotation.draw_ledger import ledger_lines
from annotation.giving import giving_of
from annotation.item_list import find_items
from annotation.left_to_rate import outlook
from annotation.models import Study
from annotation.pool import compares_pairs
from annotation.pool_facts import pool_facts
from annotation.rater_lines import comes_unnamed, end_users, rater_lines
from annotation.services import studies
from annotation.services.draws import draw_items
from annotation.services.raters import rater_for
from annotation.settling_words import settling_lines
from annotation.study_forecast import forecast_by_study
from annotation.study_list import find_studies
from annotation.study_progress import progress_by_study, progress_of, states_of
from core.errors import InvalidError
from core.http import AuthedRequest
from jobs.ledger import enqueue_on_commit

#: A pool up to this size is drawn from while the manager waits; a larger one in the background.
DRAW_AT_ONCE = 20_000


@require_safe
def study_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    rows = place.project.studies.select_related("rubric_version__rubric")
    found, now = find_studies(rows, request.GET), timezone.now()
    progress = progress_by_study(found.studies)
    forecasts = forecast_by_study({one: progress[one.pk] for one in found.studies}, now)
    context = {
        "found": found,
        "studies": [(one, progress[one.pk], forecasts.get(one.pk)) for one in found.studies],
        "may_manage": place.may(May.MANAGE),
        "has_rubric": found.has_any or forms.ready_versions(place.project).exists(),
    }
    return page(request, place, "annotation/studies.html", context, nav="studies")


@require_safe
def study_new(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = forms.StudyForm(
        project=place.project, initial={"rubric_version": request.GET.get("version")}
    )
    return page(request, place, "annotation/study_new.html", {"form": form}, nav="studies")


@require_POST
def create_study(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = forms.StudyForm(request.POST, project=place.project)
    if not form.is_valid():
        context = {"form": form}
        return page(request, place, "annotation/study_new.html", context, nav="studies", status=422)
    given = dict(form.cleaned_data)
    blinding = {"show_system": given.pop("show_system"), "show_passage_source": False}
    study = studies.create_study(
        actor=request.user, project=place.project, blinding=blinding, **given
    )
    return redirect(study)


@require_safe
def study_page(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.READ)
    return show_study(request, study, place)


def show_study(
    request: AuthedRequest,
    study: Study,
    place: Place,
    *,
    draw_form: forms.DrawForm | None = None,
    raters_form: forms.NameRatersForm | None = None,
    invite_form: forms.InviteRaterForm | None = None,
    settling_form: forms.SettlingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The one page of a study; a refused form comes back in its place with its sentence."""
    progress, now = progress_of(study), timezone.now()
    may_manage = place.may(May.MANAGE)
    left, forecast = outlook(study, progress, now)
    is_growing = study.state != Study.State.CLOSED and not study.imported
    pool = pool_facts(study) if may_manage and is_growing else None
    raters = rater_lines(study, now)
    context = {
        "study": study,
        "progress": progress,
        "forecast": forecast,
        "raters": raters,
        "has_raters": bool(raters) or comes_unnamed(study, now),
        "end_users": end_users(study),
        "left": left if may_manage else None,
        "giving": giving_of(study),
        "draws": ledger_lines(study),
        "pool": pool,
        "settling_lines": settling_lines(study),
        "is_starting": may_manage and study.state == Study.State.DRAFT,
        "may_manage": may_manage,
        "may_settle": place.may(May.SETTLE),
        "draw_form": draw_form or new_draw_form(study, left=pool.left if pool else None),
        "raters_form": raters_form or forms.NameRatersForm(study=study),
        "invite_form": invite_form or forms.InviteRaterForm(),
        "settling_form": settling_form or forms.SettlingForm(study=study),
        "invitations": open_invitations(request, study),
    }
    return page(request, place, "annotation/study.html", context, nav="studies", status=status)


def open_invitations(request: AuthedRequest, study: Study) -> list[tuple[object, str]]:
    found = study.project.team.invitations.filter(
        purpose__study=str(study.uid),
        accepted_at=None,
        revoked_at=None,
        expires_at__gt=timezone.now(),
    ).order_by("-created_at")
    return [(one, request.build_absolute_uri(one.get_absolute_url())) for one in found]


def new_draw_form(study: Study, data: object = None, left: int | None = None) -> forms.DrawForm:
    given = {} if data is None else {"data": data}
    return forms.DrawForm(**given, study=study, pairs=compares_pairs(study), left=left)


@require_POST
def draw(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.MANAGE)
    form = new_draw_form(study, request.POST)
    if not form.is_valid():
        return show_study(request, study, place, draw_form=form, status=422)
    given = form.cleaned_data
    wanted = {name: given[name] for name in ("size", "seed", "where", "strata", "allocation")}
    wanted["per_input"] = given.get("per_input")
    wanted["answers"] = given.get("answers") or 2
    if place.project.conversations.count() > DRAW_AT_ONCE:
        variants = [variant.pk for variant in form.compared() or ()]
        job = enqueue_on_commit(
            "annotation.tasks.run_draw",
            args={"study": study.pk, "actor": request.user.pk, "variants": variants, **wanted},
            project_uid=place.project.uid,
            requested_by=request.user.pk,
        )
        return redirect("accounts:job", job.uid)
    try:
        ledger = draw_items(
            actor=request.user, study=study, variants=form.compared(), now=timezone.now(), **wanted
        )
    except InvalidError as refused:
        form.add_error(None, refused.message)
        return show_study(request, study, place, draw_form=form, status=422)
    messages.success(
        request,
        _("Drew %(size)d of %(pool)d with seed %(seed)d.")
        % {"size": ledger.size, "pool": ledger.pool_size, "seed": ledger.seed},
    )
    return redirect(study)


@require_POST
def name_raters(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.MANAGE)
    form = forms.NameRatersForm(request.POST, study=study)
    if not form.is_valid():
        return show_study(request, study, place, raters_form=form, status=422)
    for member in form.cleaned_data["members"]:
        studies.name_rater(
            actor=request.user,
            study=study,
            rater=rater_for(member.user, study.project),
            cap=form.cleaned_data["cap"],
            cap_day=form.cleaned_data["cap_day"],
        )
    return redirect(study)


@require_POST
def invite_rater(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """A link that makes its opener a rater of this study, and of nothing else in the team."""
    study, place = get_study_for(request.user, uid, May.MANAGE)
    form = forms.InviteRaterForm(request.POST)
    if not form.is_valid():
        return show_study(request, study, place, invite_form=form, status=422)
    invite(
        actor=request.user,
        team=study.project.team,
        role=Role.RATER,
        label=form.cleaned_data["label"],
        projects=[study.project],
        purpose={"study": str(study.uid)},
        now=timezone.now(),
    )
    messages.success(request, _("The invitation is ready. Copy its link and send it."))
    return redirect(study)


@require_POST
def change_settling(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.MANAGE)
    form = forms.SettlingForm(request.POST, study=study)
    if not form.is_valid():
        return show_study(request, study, place, settling_form=form, status=422)
    changes = {"settling": form.settling(), "bar": form.cleaned_data["bar"]}
    studies.change_study(actor=request.user, study=study, changes=changes)
    messages.success(request, _("The rules are saved. They hold for items that fill from now on."))
    return redirect(study)


@require_POST
def change_state(request: AuthedRequest, uid: UUID, act: str) -> HttpResponse:
    study, _place = get_study_for(request.user, uid, May.MANAGE)
    if act == "open":
        studies.open_study(actor=request.user, study=study, now=timezone.now())
    elif act == "pause":
        studies.pause_study(actor=request.user, study=study)
    elif act == "close":
        studies.close_study(actor=request.user, study=study, now=timezone.now())
    else:
        raise Http404
    return redirect(study)


@require_safe
def confirm_close(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Closing cannot be taken back, so it is asked once more."""
    study, place = get_study_for(request.user, uid, May.MANAGE)
    context = words.closing_study(study, progress_of(study)).as_context(
        action=reverse("annotation:study_state", args=[study.uid, "close"]),
        back=study.get_absolute_url(),
    )
    return page(request, place, "components/_confirm.html", context, nav="studies")


@require_safe
def item_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Items by state and words, in the order of the study; keyset pages over `seq`."""
    study, place = get_study_for(request.user, uid, May.READ)
    context = {
        "study": study,
        "found": find_items(study, request.GET),
        "states": states_of(study),
        "may_settle": place.may(May.SETTLE),
    }
    return page(request, place, "annotation/items.html", context, nav="studies")
