"""Where the file of a form goes while it comes in: to the disk, never into memory."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from core.room import no_room


class UploadToDisk(TemporaryFileUploadHandler):
    """Django's, except that a disk without room is told once all of the body has been read.

    A server that answers and hangs up in the middle of a body is not heard: the browser is still
    sending, and shows a broken connection in place of our sentence.
    """

    failure: OSError | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        with self._noting_failure():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.failure is None:
            with self._noting_failure():
                super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self.failure is None:
            with self._noting_failure():
                return super().file_complete(file_size)  # writes what was held back
        return None

    def upload_complete(self) -> None:
        if self.failure is not None:
            raise self.failure

    @contextmanager
    def _noting_failure(self) -> Iterator[None]:
        """Give the room back that the piece of a file took."""
        try:
            yield
        except OSError as error:
            if not no_room(error):
                raise
            self.failure = error
            with suppress(OSError, AttributeError):  # no file was made, or it cannot be written out
                self.file.close()
