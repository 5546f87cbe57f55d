"""What is sent in part is not taken for the whole."""

import io
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from annotation.models import AssignmentDraft
from annotation.services.assignment import claim_next
from conversations.models import ImportRun
from core.whole_bodies import WholeBody, whole_bodies
from tests.annotation.rating_helpers import NOW, rater_in, study_of
from tests.invariants.garbage import MULTIPART, multipart

pytestmark = pytest.mark.django_db


def send(user, path, body, content_type, *, missing):
    """As the product sees it when the connection ended before the body did."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    arrived = io.BytesIO(body[: len(body) - missing])
    return client.generic(
        "POST", path, body, content_type, **{"wsgi.input": WholeBody(arrived, len(body))}
    ).status_code


@pytest.mark.parametrize(("missing", "status"), [(0, 200), (1, 400), (20, 400)])
def test_half_a_comment_is_not_stored_as_a_comment(project, missing, status):
    held = claim_next(study_rater=rater_in(study_of(project)), now=NOW)
    form = {"client_key": held.uid, "version": 1, "comment": "it says the opposite of what is true"}
    got = send(
        held.rater.user,
        f"/assignments/{held.uid}/draft/",
        urlencode(form).encode(),
        "application/x-www-form-urlencoded",
        missing=missing,
    )
    assert got == status
    assert AssignmentDraft.objects.exists() is (missing == 0)


@pytest.mark.parametrize(("missing", "status"), [(0, 302), (4, 400), (200, 400)])
def test_half_a_file_is_not_imported(alice, project, settings, tmp_path, missing, status):
    settings.MEDIA_ROOT = tmp_path
    body = multipart({"encoding": [b"utf-8"]}).removesuffix(b"--\r\n") + (
        b'\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n'
        + b'{"messages": [{"role": "user", "content": "Where is it?"}]}\n' * 9
        + b"\r\n--a-boundary-of-garbage--\r\n"
    )
    path = f"/p/{project.uid}/conversations/import/upload/"
    assert send(alice, path, body, MULTIPART, missing=missing) == status
    assert ImportRun.objects.exists() is (missing == 0)


def test_lines_and_parts_of_a_whole_body_come_as_they_are():
    stream = WholeBody(io.BytesIO(b"ab\ncd\nefgh of the next request"), 10)
    assert (stream.readline(), stream.readline(1), stream.read(2)) == (b"ab\n", b"c", b"d\n")
    assert (stream.read(), stream.read(), stream.readline()) == (b"efgh", b"", b"")


def test_the_web_server_hands_every_body_of_a_known_length_over_like_this():
    seen = []
    ask = whole_bodies(lambda environ, _start: seen.append(environ["wsgi.input"]) or [])
    ask({"wsgi.input": io.BytesIO(b"a"), "CONTENT_LENGTH": "2"}, print)
    ask({"wsgi.input": io.BytesIO(b"a")}, print)
    assert [type(one) for one in seen] == [WholeBody, io.BytesIO]
