"""A file as the body of a request: raw, or as the field `file` of a form. Either goes to disk."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser
from rest_framework.request import Request

CHUNK = 1024 * 1024
NAMELESS = "file"
MISSING = _(
    "Send the file as the body of the request, with its Content-Length, or as the field “file” of "
    "a form."
)
EMPTY = _("The file is empty: it holds not one byte. Export it again.")


class RawParser(BaseParser):
    """Any other body is the file itself, whatever type it calls itself: curl says it is a form."""

    media_type = "*/*"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> "DataAndFiles[Any, Any]":
        file = TemporaryUploadedFile(NAMELESS, media_type or "", 0, None)
        while chunk := stream.read(CHUNK):
            file.write(chunk)
        file.size = file.tell()
        file.seek(0)
        return DataAndFiles(MultiValueDict(), MultiValueDict({"file": [file]}))


FILE_PARSERS = [MultiPartParser, RawParser]


class FileSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(
        error_messages={"required": MISSING, "invalid": MISSING, "empty": EMPTY}
    )


@contextmanager
def file_of(request: Request) -> Iterator[tuple[Path, str]]:
    """Where the uploaded file lies, and its name; "" for a raw body, which has none.

    Whoever takes the file moves it away; what lies there at the end is removed.
    """
    body = FileSerializer(data=request.data)
    try:
        body.is_valid(raise_exception=True)
        file: TemporaryUploadedFile = body.validated_data["file"]
        yield Path(file.temporary_file_path()), "" if file.name == NAMELESS else file.name or ""
    finally:
        for sent in request.FILES.values():
            sent.close()
