"""All ratings of a study as a file; whoever may still rate there blind is asked first."""

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import May, Place
from accounts.models import User
from accounts.pages import page
from analytics import exports
from analytics.views import attached
from annotation.access import get_study_for
from annotation.models import Study
from annotation.services.reveals import StillBlindError, hand_out_ratings
from core.http import AuthedRequest


@require_http_methods(["GET", "HEAD", "POST"])
def ratings_jsonl(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    return handed_out(request, uid, "jsonl")


@require_http_methods(["GET", "HEAD", "POST"])
def ratings_csv(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    return handed_out(request, uid, "csv")


def handed_out(request: AuthedRequest, uid: UUID, form: str) -> HttpResponseBase:
    """A POST says: I would rather see them than stay blind."""
    study, place = get_study_for(request.user, uid, May.SETTLE)
    try:
        return streamed_ratings(request.user, study, form, looks=request.method == "POST")
    except StillBlindError as refusal:
        if not request.accepts("text/html"):
            raise
        return ask_first(request, place, study, refusal.n)


def streamed_ratings(
    user: User, study: Study, form: str, *, looks: bool = False
) -> StreamingHttpResponse:
    """Every rating that stands, page by page; the first line does not wait for the last."""
    given = hand_out_ratings(user=user, study=study, now=timezone.now(), looks=looks)
    told = exports.WRITERS[form](study, given)
    stream = StreamingHttpResponse(told, content_type=exports.TYPES[form])
    return attached(stream, f"{study.slug}-ratings.{form}")


def ask_first(request: AuthedRequest, place: Place, study: Study, n: int) -> HttpResponse:
    context = {
        "title": _("See all ratings of “%(study)s”, though you rate there?") % {"study": study},
        "finding": ngettext(
            "Others have rated %(n)d item that you may still rate blind.",
            "Others have rated %(n)d items that you may still rate blind.",
            n,
        )
        % {"n": n},
        "lines": [
            _("What you say of them from then on is kept apart from the blind ratings."),
            _("Those that you have not rated do not come to you any more; others rate them."),
            _("It is written down and cannot be taken back."),
            _("Somebody who does not rate there can fetch them without this, and so can you once "
              "the study is closed."),
        ],
        "action": request.path,
        "button": _("Fetch them all the same"),
        "sent": _("The file is on its way. It is written down that you have seen these ratings."),
        "back": study.get_absolute_url(),
    }  # fmt: skip
    return page(request, place, "components/_confirm.html", context, nav="studies", status=409)
