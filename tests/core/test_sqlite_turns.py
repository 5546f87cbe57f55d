"""Waiting one's turn to write: between threads, between processes, and when somebody dies."""

import os
import subprocess
import sys
import textwrap
import threading
import time
from statistics import median

import pytest
from django.db import connection, transaction

from core.sqlite3.turns import Turns, turns_of

HOLD = textwrap.dedent(
    """
    import sys, time
    from core.sqlite3.turns import Turns
    turns = Turns(sys.argv[1])
    assert turns.take(5)
    print("mine", flush=True)
    time.sleep(60)
    """
)

BUSY = textwrap.dedent(
    """
    import sys, threading, time
    from core.sqlite3.turns import Turns
    turns, told = Turns(sys.argv[1]), threading.Event()

    def write():
        with open(sys.argv[2], "ab", buffering=0) as taken:
            while not told.is_set():
                assert turns.take(60)
                taken.write(b".")
                time.sleep(0.002)
                turns.end()

    threads = [threading.Thread(target=write) for _number in range(3)]
    for thread in threads:
        thread.start()
    print("busy", flush=True)
    sys.stdin.read()
    told.set()
    for thread in threads:
        thread.join()
    """
)


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "turn")


def test_threads_take_turns_and_nobody_overlaps(path):
    turns, inside, most = Turns(path), [], []

    def write():
        for _time in range(50):
            assert turns.take(10)
            inside.append(1)
            most.append(len(inside))
            inside.pop()
            turns.end()

    threads = [threading.Thread(target=write) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 300
    assert max(most) == 1


def test_a_turn_that_never_comes_is_told_in_time(path):
    turns = Turns(path)
    assert turns.take(1)
    started = time.monotonic()
    assert not turns.take(0.05)
    assert time.monotonic() - started < 20  # without an end it would be for ever
    turns.end()
    assert turns.take(0)


def test_another_process_is_waited_for_and_its_death_ends_its_turn(path):
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        turns = Turns(path)
        assert not turns.take(0.05)
        holder.kill()
        assert turns.take(5)


def test_a_process_of_many_writers_leaves_every_other_turn_to_another_process(path, tmp_path):
    """Counted while we wait: a machine that lets us ask late lets them take more in between."""
    taken, theirs = tmp_path / "taken", []
    taken.touch()
    with subprocess.Popen(
        [sys.executable, "-c", BUSY, path, str(taken)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as busy:
        assert busy.stdin is not None
        assert busy.stdout is not None
        busy.stdout.readline()
        turns = Turns(path)
        for _time in range(40):
            before = taken.stat().st_size
            assert turns.take(60)
            theirs.append(taken.stat().st_size - before)
            time.sleep(0.002)
            turns.end()
        busy.stdin.close()
    assert 1 <= median(theirs) <= 2


def test_a_child_process_does_not_share_its_parents_turn(path):
    turns = turns_of(path)
    assert turns.take(1)
    child = os.fork()
    if child == 0:
        os._exit(7 if turns.take(0.05) else 0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    turns.end()


@pytest.mark.django_db(transaction=True)
@pytest.mark.embedded
def test_a_turn_ends_with_its_transaction_however_it_ends():
    with transaction.atomic(), transaction.atomic():
        assert connection.turn is not None
    assert connection.turn is None
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _lost = 1 / 0
    assert connection.turn is None
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        fail_with_the_connection_closed()
    assert connection.turn is None


def fail_with_the_connection_closed():
    connection.close()
    return 1 / 0
