"""The widget's files, for pages of other sites.

An exact version never changes, so that its integrity can be written down; `/w/1/` is the latest of
that major version, for whoever would rather have mendings by themselves.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import NotFoundError

FOR_EVER = "public, max-age=31536000, immutable"
FOR_FIVE_MINUTES = "public, max-age=300"


@lru_cache(maxsize=1)
def manifest() -> dict[str, Any]:
    text = (_folder() / "manifest.json").read_text(encoding="utf-8")
    said: dict[str, Any] = json.loads(text)
    return said


@login_not_required
@require_safe
def widget_file(request: HttpRequest, version: str, name: str) -> HttpResponse:
    exact, cached = version, FOR_EVER
    if version == manifest()["current"].split(".")[0]:
        exact, cached = manifest()["current"], FOR_FIVE_MINUTES
    if name not in manifest()["versions"].get(exact, {}):
        raise NotFoundError(
            _("There is no file %(name)s of version %(version)s. The current version is %(now)s.")
            % {"name": name, "version": version, "now": manifest()["current"]}
        )
    response = HttpResponse(_bytes(exact, name), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = cached
    response.headers["ETag"] = f'"{exact}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@lru_cache(maxsize=16)
def _bytes(version: str, name: str) -> bytes:
    return (_folder() / version / name).read_bytes()


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "static" / "widget" / "dist"
