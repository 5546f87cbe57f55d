"""The file queue with several processes on one folder."""

import multiprocessing
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.transport import TRANSPORT_ALIASES

PRODUCERS, CONSUMERS, EACH = 2, 3, 150
END = "nothing more comes"

pytestmark = pytest.mark.embedded


def open_queue(folder):
    """A queue of the folder's own name, because kombu remembers bindings for the whole process."""
    TRANSPORT_ALIASES["fsqueue"] = "jobs.fsqueue:Transport"
    options = {
        "data_folder_in": folder,
        "data_folder_out": folder,
        "control_folder": f"{folder}/control",
        "polling_interval": 0.01,
    }
    return Connection("fsqueue://", transport_options=options).SimpleQueue(Path(folder).name)


def produce(folder, producer):
    queue = open_queue(folder)
    for number in range(EACH):
        queue.put([producer, number])


def consume(folder, taken):
    queue = open_queue(folder)
    while (message := queue.get(timeout=120)).payload != END:
        message.ack()
        taken.put(message.payload)
    message.ack()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "control").mkdir()
    return str(tmp_path)


def test_every_message_is_taken_once_by_concurrent_processes(folder):
    spawn = multiprocessing.get_context("spawn")
    taken = spawn.Queue()
    producers = [spawn.Process(target=produce, args=(folder, n)) for n in range(PRODUCERS)]
    consumers = [spawn.Process(target=consume, args=(folder, taken)) for _ in range(CONSUMERS)]
    processes = [*producers, *consumers]
    for process in processes:
        process.start()
    got = [tuple(taken.get(timeout=120)) for _ in range(PRODUCERS * EACH)]
    queue = open_queue(folder)
    for _consumer in consumers:
        queue.put(END)
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * len(processes)
    assert sorted(got) == [(p, n) for p in range(PRODUCERS) for n in range(EACH)]


def test_messages_come_in_the_order_they_were_sent(folder):
    queue = open_queue(folder)
    for number in range(5):
        queue.put(number)
    assert [queue.get(timeout=5).payload for _ in range(5)] == [0, 1, 2, 3, 4]


def test_a_message_that_is_half_written_is_not_seen(folder):
    queue = open_queue(folder)
    with open(f"{folder}/.1_x.{Path(folder).name}.msg.1~", "w", encoding="utf-8") as unfinished:
        unfinished.write('{"half":')
    assert queue.qsize() == 0
    with pytest.raises(Empty):
        queue.get_nowait()
