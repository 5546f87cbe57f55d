"""Letting people see what others said: the raters of a calibration, or one person an item."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import May
from accounts.pages import page
from annotation.access import get_item_for, get_study_for
from annotation.services.calibration import progress, refuse_reveal, reveal_study
from annotation.services.reveals import How, reveal_to
from core.http import AuthedRequest


@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """It cannot be taken back, so it is asked once more, with whoever is not through yet."""
    study, place = get_study_for(request.user, uid, May.MANAGE)
    if request.method == "POST":
        reveal_study(actor=request.user, study=study, now=timezone.now())
        messages.success(
            request, _("The raters see each other now and may rate each item once more.")
        )
        return redirect("annotation:study_quality", study.uid)
    if study.revealed_at is not None:
        messages.info(request, _("The raters see each other already."))
        return redirect("annotation:study_quality", study.uid)
    refuse_reveal(study)
    late = [one for one in progress(study) if not one.is_through]
    context = {
        "title": _("Show the raters of “%(study)s” what each of them said?") % {"study": study},
        "finding": _("Not everybody is through the blind round.")
        if late
        else _("Everybody is through the blind round."),
        "lines": [
            *(
                _("%(rater)s: %(done)d of %(total)d items.")
                % {"rater": one.study_rater.rater, "done": one.done, "total": one.total}
                for one in late
            ),
            _("They see answers and reasons under letters, never names."),
            _("What they say afterwards is kept apart from the blind round."),
            _("It cannot be taken back."),
        ],
        "action": request.path,
        "button": _("Show them"),
        "back": reverse("annotation:study_quality", args=[study.uid]),
    }
    return page(request, place, "components/_confirm.html", context, nav="studies")


@require_POST
def reveal_item(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """For somebody who rates here and would rather see the ratings of an item than stay blind."""
    item, _place = get_item_for(request.user, uid, May.SETTLE)
    reveal_to(user=request.user, item=item, how=How.ITEM, now=timezone.now())
    return redirect("annotation:item", item.uid)
