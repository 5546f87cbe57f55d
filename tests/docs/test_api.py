"""The API's reference is what the API says, and its how-to runs as it is printed."""

import re
import subprocess
import sys

import pytest
from django.utils import timezone

from accounts.keys import make_api_key
from accounts.models import Role
from core.api.errors import CODES
from core.errors import DomainError, InvalidError, NotAllowedError, NotFoundError
from jobs.testing import run_pending_jobs
from tests.docs.pages import ROOT, headings

REFERENCE = ROOT / "docs" / "reference" / "api.md"
HOW_TO = (ROOT / "docs" / "how-to" / "use-the-api.md").read_text()
DONE = "every line of the block ran"


def test_the_page_says_what_the_api_says():
    checked = subprocess.run(
        [sys.executable, "scripts/api_reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_a_body_is_told_as_what_it_is():
    """Of JSON the page names the shape; a file is one."""
    text = REFERENCE.read_text()
    [feedback, imports] = (
        text.split(f"### `POST {path}`")[1].split("###")[0]
        for path in ("/api/v1/feedback", "/api/v1/projects/{uid}/imports/")
    )
    assert "Body, as JSON: [FeedbackBody](#feedbackbody)." in feedback
    assert "Body: the file, or a form with the field `file`." in imports


def test_every_operation_and_every_code_is_documented():
    from accounts.api.views import document

    found = headings(REFERENCE)
    for path, methods in document()["paths"].items():
        for method, one in methods.items():
            assert f"{method.upper()} {path}" in found
            assert one["summary"]
            assert {"401", "429"} <= set(one["responses"])
    text = REFERENCE.read_text()
    ours = (DomainError, NotFoundError, NotAllowedError, InvalidError)
    for code in [*CODES.values(), *(error.code for error in ours)]:
        assert f"`{code}`" in text


@pytest.mark.django_db(transaction=True)
def test_the_lines_of_the_how_to_run_as_they_are_printed(live_server, project, tmp_path, settings):
    """Block by block in one bash; between two blocks the queued work is done."""
    settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "files", tmp_path
    _key, secret = make_api_key(
        actor=None, project=project, name="nightly", role=Role.MANAGER, now=timezone.now()
    )
    blocks = re.findall(r"^```sh\n(.*?)^```", HOW_TO, re.MULTILINE | re.DOTALL)
    blocks[0] = blocks[0].replace("http://localhost:8000", live_server.url)
    blocks[0] = blocks[0].replace("ts_...", secret)
    said = []
    with subprocess.Popen(
        ["bash", "-eu"], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as bash:
        for block in blocks:
            bash.stdin.write(f"{block}\necho\necho '{DONE}'\n")
            bash.stdin.flush()
            lines = list(iter(bash.stdout.readline, f"{DONE}\n"))
            assert "" not in lines[-1:], f"{block}{''.join(said[-1])}"
            said.append("".join(lines))
            run_pending_jobs()
        bash.stdin.close()
    assert bash.returncode == 0
    states, listed, refused = said[3], said[-2], said[-1]
    assert states.startswith("done\n")
    assert '"line":3' in states
    assert listed.split()[-2:] == ["c-2", "c-1"]
    assert "page_size" in refused
