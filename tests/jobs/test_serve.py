"""The supervisor: it starts everything, repairs what is killed, and leaves nothing behind."""

import http.client
import os
import re
import signal
import socket
from contextlib import closing

import psutil
import pytest
from django.core.management import CommandError, call_command

from jobs.management.commands.serve import listen
from tests.jobs.processes import running, wait_until


@pytest.fixture
def served(tmp_path):
    """`manage.py serve` on an empty home and a free port: the process, its port, its children."""
    output = tmp_path / "output"

    def ready():
        assert process.poll() is None, output.read_text()
        return re.search(r"ready: http://127\.0\.0\.1:(\d+)/", output.read_text())

    with running("manage.py", "serve", "--port=0", home=tmp_path, DATABASE_URL="") as process:
        port = int(wait_until(ready, output=output)[1])
        family = psutil.Process(process.pid).children(recursive=True)
        yield process, port, family
    for member in family:
        if member.is_running():
            member.kill()


def status(port):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as page:
        page.request("GET", "/", headers={"Host": "localhost"})
        return page.getresponse().status


def leader(family, word):
    return next(member for member in family if word in " ".join(member.cmdline()))


@pytest.mark.embedded
def test_a_killed_web_server_refuses_nobody_and_a_killed_supervisor_leaves_nobody(served):
    process, port, family = served
    os.killpg(leader(family, "gunicorn").pid, signal.SIGKILL)
    assert status(port) < 500
    family[:] = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    wait_until(lambda: not any(member.is_running() for member in family))
    with pytest.raises(ConnectionRefusedError):
        status(port)


@pytest.mark.embedded
def test_one_of_the_two_web_processes_that_is_killed_comes_back(served):
    _process, port, family = served
    parent = leader(family, "gunicorn")
    killed, other = parent.children()
    killed.kill()
    assert status(port) < 500
    wait_until(lambda: len(set(parent.children()) - {killed}) == 2)
    assert other in parent.children()


def test_a_port_that_is_taken_is_named_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is taken .* --port {port + 1}"):
            listen("127.0.0.1", port)


def test_a_port_that_does_not_exist_is_refused():
    with pytest.raises(CommandError, match="Port 70000 does not exist"):
        listen("127.0.0.1", 70000)


def test_a_host_that_is_not_ours_is_refused():
    with pytest.raises(CommandError, match="is no address of this machine"):
        listen("not an address", 0)


def test_one_home_is_served_once(settings, tmp_path):
    import fcntl

    settings.TOUCHSTONE_HOME = tmp_path
    with open(tmp_path / "serve.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="already runs from"):
            call_command("serve")
