"""Calls that fail are repeated as long as another try can help, and never counted twice."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest
import touchstone
from touchstone.calls import seconds_of, wait_before
from touchstone.client import new_id


class Answering(BaseHTTPRequestHandler):
    """Answers with what the test laid ready, and keeps what it was asked."""

    def do(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        status, headers, answer = self.server.ready.pop(0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    do_POST = do_DELETE = do  # noqa: N815 - the names that http.server calls

    def log_message(self, *args):
        """Tests read no log."""


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as found:
        found.asked, found.ready = [], []
        thread = threading.Thread(target=found.serve_forever, daemon=True)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture
def waited():
    return []


@pytest.fixture
def client(server, waited):
    return touchstone.Client(
        endpoint=f"http://127.0.0.1:{server.server_port}/",
        key="pk_test",
        api_key="ts_test",
        call=touchstone.Caller(timeout=5, retries=3, sleep=waited.append),
    )


ACCEPTED = (202, {}, {"accepted": 1, "duplicate": 0, "errors": []})


def test_feedback_carries_its_id_as_its_idempotency_key(client, server):
    server.ready = [(503, {}, {}), (201, {}, {"id": "x"})]
    client.feedback(conversation="c", value="up", subject="u")
    first, second = server.asked
    assert first[3] == second[3]
    assert first[2]["Idempotency-Key"] == second[2]["Idempotency-Key"] == json.loads(first[3])["id"]
    assert first[2]["Authorization"] == "Bearer ts_test"


def test_the_client_waits_as_long_as_it_is_asked(client, server, waited):
    server.ready = [(429, {"Retry-After": "7"}, {}), ACCEPTED]
    client.send([{"type": "feedback"}])
    assert 7 <= waited[0] < 8


def test_each_wait_is_about_twice_the_last(client, server, waited):
    server.ready = [(500, {}, {}), (502, {}, {}), (504, {}, {}), ACCEPTED]
    client.send([{"type": "feedback"}])
    assert [0.5 <= waited[0] <= 1, 1 <= waited[1] <= 2, 2 <= waited[2] <= 4] == [True] * 3


def test_a_refusal_is_not_repeated_and_says_what_the_server_said(client, server, waited):
    fault = {"error": {"code": "not_allowed", "message": "Your role does not include this."}}
    server.ready = [(403, {}, fault)]
    with pytest.raises(touchstone.RefusedError, match="does not include") as refused:
        client.feedback(conversation="c", value="up")
    assert (refused.value.status, refused.value.code, waited) == (403, "not_allowed", [])


def test_a_redirect_does_not_carry_the_key_elsewhere(client, server):
    server.ready = [(302, {"Location": "http://127.0.0.1:1/"}, {})]
    with pytest.raises(touchstone.RefusedError):
        client.feedback(conversation="c", value="up")
    assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_told_with_what_to_do(waited):
    client = touchstone.Client(
        endpoint="http://127.0.0.1:9",
        api_key="ts",
        call=touchstone.Caller(timeout=1, retries=2, sleep=waited.append),
    )
    with pytest.raises(touchstone.UnreachableError, match="Nothing is lost"):
        client.feedback(conversation="c", value="up")
    assert len(waited) == 2


def test_a_page_of_somebody_else_is_no_answer(client, server, waited):
    server.ready = [(200, {}, b"<!doctype html><title>Sign in</title>")]
    with pytest.raises(touchstone.RefusedError, match="no Touchstone") as refused:
        client.send([{"type": "feedback"}])
    assert (refused.value.status, refused.value.code, waited) == (200, "not_json", [])


def test_a_refusal_that_breaks_off_is_tried_again(client, server):
    server.ready = [(503, {"Content-Length": "4000"}, {}), ACCEPTED]
    assert client.send([{"type": "feedback"}]).accepted == 1


def test_no_secret_stands_in_what_a_log_prints():
    client = touchstone.Client(key="pk_1", secret="sk_hidden", api_key="ts_hidden")
    assert "pk_1" in repr(client)
    assert "hidden" not in repr(client)


def test_taking_back_names_the_feedback(client, server):
    uid = str(UUID(int=7))
    server.ready = [(200, {}, {})]
    client.retract(uid)
    assert server.asked[0][:2] == ("DELETE", f"/api/v1/feedback/{uid}")


def test_events_go_in_batches_that_a_call_may_carry(client, server):
    server.ready = [ACCEPTED, ACCEPTED, ACCEPTED]
    sent = client.send([{"type": "feedback", "comment": "x" * 100}] * 101)
    assert [len(json.loads(one[3])["events"]) for one in server.asked] == [50, 50, 1]
    assert sent.accepted == 3
    assert server.asked[0][2]["Content-Type"].startswith("text/plain")


def test_long_events_make_shorter_batches_and_too_long_ones_are_refused(client, server):
    server.ready = [ACCEPTED, ACCEPTED]
    client.send([{"comment": "あ" * 10_000}] * 3)
    assert [len(json.loads(one[3])["events"]) for one in server.asked] == [2, 1]
    assert all(len(one[3].encode()) <= 64 * 1024 for one in server.asked)
    with pytest.raises(touchstone.TouchstoneError, match="Shorten"):
        client.send([{"comment": "x" * 70_000}])


def test_errors_of_single_events_are_handed_back(client, server):
    errors = [{"id": "1", "code": "value", "message": "No such value."}]
    server.ready = [(202, {}, {"accepted": 0, "duplicate": 1, "errors": errors})]
    assert client.send([{"id": "1"}]) == touchstone.Sent(0, 1, errors)


@pytest.mark.parametrize(
    ("header", "seconds"), [(None, None), ("", None), ("3", 3.0), ("-1", 0.0), ("soon", None)]
)
def test_retry_after_is_read_as_far_as_it_can_be(header, seconds):
    assert seconds_of(header) == seconds


def test_a_date_that_is_past_asks_for_no_wait():
    assert seconds_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


def test_a_date_without_a_zone_is_of_utc():
    assert seconds_of("Wed, 21 Oct 2015 07:28:00 -0000") == 0.0


def test_nobody_waits_longer_than_a_minute():
    assert wait_before(20, None) <= 60
    assert wait_before(1, 3_600) <= 60


def test_ids_begin_with_the_time_and_never_come_twice():
    found = [new_id() for _step in range(2_000)]
    assert len(set(found)) == 2_000
    assert {UUID(one).version for one in found} == {7}
    assert found[0][:8] <= found[-1][:8]
