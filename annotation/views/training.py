"""Trainings: what was right in an item just rated, and letting a rater try once more."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May
from annotation.access import get_assignment_for, get_study_rater_for
from annotation.feedback import Feedback, result_words
from annotation.models import Assignment, Qualification, Study, StudyRater
from annotation.rating_desk import desk_for
from annotation.rating_page import Filled
from annotation.services.qualifying import allow_another_try, result_of
from core.http import AuthedRequest


@require_safe
def feedback(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """One's own answers beside the expected ones; the way on is one press of Enter."""
    assignment, _place = get_assignment_for(request.user, uid)
    study = assignment.study
    is_over = assignment.state == Assignment.State.SUBMITTED
    if study.purpose != Study.Purpose.TRAINING or not is_over:
        return redirect("annotation:rate", study.uid)
    chair = StudyRater.objects.get(study=study, rater=assignment.rater_id)
    chair.study = study
    place = desk_for(assignment, chair, Filled())
    result = result_of(chair)
    qualification = Qualification.objects.filter(training=study).first()
    context = {
        "desk": Feedback(assignment, Filled(), n=place.n, total=place.total),
        "study": study,
        "result": result_words(result, qualification) if result.is_over else "",
    }
    return render(request, "annotation/feedback.html", context)


@require_POST
def try_again(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    study_rater, _place = get_study_rater_for(request.user, uid, rater, May.MANAGE)
    allow_another_try(actor=request.user, study_rater=study_rater, now=timezone.now())
    messages.success(
        request,
        _("%(rater)s may go through the training once more.") % {"rater": study_rater.rater},
    )
    return redirect("annotation:study_quality", study_rater.study.uid)
