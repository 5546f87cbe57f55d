"""The refused lines of an import as files of their own."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from accounts.access import May
from conversations.access import get_import_run_for
from conversations.models import ImportRun, RefusedLine
from conversations.refusals import as_csv, as_json_lines
from core.http import AuthedRequest


@require_safe
def json_lines(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    run, _place = get_import_run_for(request.user, uid, May.READ)
    return as_file(as_json_lines(lines_of(run)), "application/x-ndjson", "refused.jsonl")


@require_safe
def table(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    run, _place = get_import_run_for(request.user, uid, May.READ)
    return as_file(as_csv(lines_of(run)), "text/csv; charset=utf-8", "refused.csv")


def lines_of(run: ImportRun) -> Iterator[RefusedLine]:
    return run.refused_lines.filter(notice=False).order_by("id").iterator(chunk_size=100)


def as_file(lines: Iterator[bytes], content_type: str, name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(lines, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
