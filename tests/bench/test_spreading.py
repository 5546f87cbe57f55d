"""Raters are dealt out evenly to the processes of a web server."""

import sys
from collections import Counter
from dataclasses import dataclass

import pytest

from bench import spreading
from bench.processes import children
from bench.servers import free_port, running
from bench.spreading import spread, whose
from bench.wire import UnexpectedAnswerError, Wire

pytestmark = pytest.mark.once

TWO_PROCESSES = """
import os, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass

server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Page)
server.timeout = 0.1
first = os.getpid()
is_second = os.fork() == 0
while not is_second or os.getppid() == first:
    time.sleep(0.002 * is_second)  # so that the first one gets more
    server.handle_request()
"""


@dataclass
class Sitting:
    wire: Wire

    def begin(self):
        self.wire.get("/")

    def cycle(self):
        return True


@pytest.fixture
def server(tmp_path):
    port = free_port()
    command = [sys.executable, "-c", TWO_PROCESSES, str(port)]
    with running(command, {}, port, "/", tmp_path / "log") as found:
        yield found


@pytest.fixture
def seated(server):
    desks = []

    def sit_down(count):
        desks.extend(Sitting(Wire(server.port)) for _number in range(count))
        for desk in desks:
            desk.begin()
        return desks

    yield sit_down
    for desk in desks:
        desk.wire.close()


@pytest.mark.parametrize(("count", "even"), [(8, [4, 4]), (5, [2, 3])])
def test_each_process_gets_as_many_as_the_other(server, seated, count, even):
    desks = seated(count)
    spread(server, desks)
    held = whose(server)
    assert sorted(Counter(held[desk.wire.local_port] for desk in desks).values()) == even
    assert set(held.values()) == {server.pid, *children(server.pid)}


def test_it_gives_up_where_there_are_fewer_processes_than_it_thinks(server, seated, monkeypatch):
    monkeypatch.setattr(spreading, "TRIES", 20)
    monkeypatch.setattr(spreading, "PROCESSES", 8)
    with pytest.raises(UnexpectedAnswerError, match="of 8 connections"):
        spread(server, seated(8))
