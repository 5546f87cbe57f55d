"""A proposed example of a point: into the draft of the rubric, or declined."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import May
from annotation.access import get_example_for
from annotation.services.examples import decline_example, take_example
from core.http import AuthedRequest


@require_POST
def decide(request: AuthedRequest, uid: UUID) -> HttpResponse:
    proposal, _place = get_example_for(request.user, uid, May.MANAGE)
    if request.POST.get("act") == "take":
        take_example(actor=request.user, proposal=proposal, now=timezone.now())
        messages.success(request, _("The example stands in the draft of the next version."))
    else:
        decline_example(actor=request.user, proposal=proposal, now=timezone.now())
        messages.success(request, _("The example was declined. The decision on its item stays."))
    return redirect(proposal.verdict.criterion.version.rubric)
