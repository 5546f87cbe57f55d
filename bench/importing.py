"""Conversations coming in: by the command, and through the page with a worker behind it."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import orjson
from django.db import connection

from accounts.models import Project
from bench.figures import Figure, Goal
from bench.processes import Watch
from bench.scene import Scene, make_scene, signed_in
from bench.servers import ROOT, serving
from bench.wire import UnexpectedAnswerError
from bench.workload import file_of
from conversations.models import ImportRun
from conversations.services import job_of
from jobs.ledger import any_due
from jobs.models import Job

PEERS = {"sqlite": "1,244 to 2,942", "postgresql": "875 to 1,882"}
LABEL_STUDIO = {"sqlite": 2_942, "postgresql": 1_158}
"""Conversations a second at 100,000, as measured in the peers' own runs."""
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
BOUNDARY = "bench-boundary"
OVER_WITHOUT = (Job.State.FAILED, Job.State.CANCELLED)


@dataclass(frozen=True)
class Imported:
    seconds: float
    cpu: float
    peak_mb: float


def run(size: int, runs: int) -> Iterator[Figure]:
    scene = make_scene()
    folder = Path(os.environ["TOUCHSTONE_HOME"])
    small, whole = file_of(max(size // 10, 1), folder), file_of(size, folder)
    floors, commands = [], []
    for number in range(runs):
        floors.append(bare_loop(whole, size))
        commands.append(by_command(scene, whole, size, f"whole-{number}"))
    begun = by_command(scene, small, max(size // 10, 1), "small")
    peer = f"peers: Label Studio {PEERS[connection.vendor]}"
    floor = [size / one.seconds for one in floors]
    yield Figure("Floor, a bare loop", floor, "conversations/s")
    yield Figure(
        f"{size:,} conversations by the command",
        [size / one.seconds for one in commands],
        "conversations/s",
        goal=Goal(at_least=10_000),
        beside=f"CPU {median(one.cpu for one in commands) / size * 1e6:.0f} µs each; {peer}",
    )
    yield Figure(
        "The command against the bare loop",
        [one.seconds / two.seconds for one, two in zip(floors, commands, strict=True)],
        "of the floor",
    )
    yield Figure(
        f"Peak memory of the command at {size:,}",
        [one.peak_mb for one in commands],
        "MB",
        goal=Goal(at_most=250),
        beside="peers at 100,000: Label Studio 322 to 961, doccano 1,121 MB",
    )
    growth = max(one.peak_mb for one in commands) - begun.peak_mb
    yield Figure(
        f"Peak memory at {size:,} above that at {size // 10:,}",
        [growth],
        "MB",
        goal=Goal(at_most=20),
    )
    yield from over_http(scene, whole, size, runs)


def bare_loop(path: Path, size: int) -> Imported:
    """Each line is parsed for its id and stored as it came: what the database itself allows."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_floor")
        cursor.execute("CREATE TABLE bench_floor (id TEXT PRIMARY KEY, line TEXT NOT NULL)")
        start, cpu = time.perf_counter(), time.process_time()
        with path.open("rb") as file:
            rows = ((orjson.loads(line)["id"], line.decode()) for line in file)
            if connection.vendor == "postgresql":
                with cursor.copy("COPY bench_floor (id, line) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                cursor.execute("BEGIN")
                connection.connection.executemany("INSERT INTO bench_floor VALUES (?, ?)", rows)
                cursor.execute("COMMIT")
        seconds = time.perf_counter() - start
        cursor.execute("SELECT COUNT(*) FROM bench_floor")
        require(cursor.fetchone()[0], size)
        cursor.execute("DROP TABLE bench_floor")
    return Imported(seconds, time.process_time() - cpu, 0)


def by_command(scene: Scene, path: Path, size: int, slug: str) -> Imported:
    """Start of the interpreter included, as one waits for it."""
    project = Project.objects.create(team=scene.project.team, name=slug, slug=slug)
    start = time.perf_counter()
    process = subprocess.Popen(
        [
            sys.executable, "manage.py", "import_conversations", str(path),
            "--project", f"bench/{slug}", "--format", "json",
        ],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None  # noqa: S101  # asked for above
    # Sampled: the system’s own high-water mark begins at that of the process that started this one.
    with Watch(process.pid, every=0.05) as watch, process.stdout as output:
        outcome = json.loads(output.read())
    _pid, _status, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    seconds = time.perf_counter() - start
    require(outcome["new"], size)
    require(project.conversations.count(), size)
    return Imported(seconds, usage.ru_utime + usage.ru_stime, watch.peak_mb)


def over_http(scene: Scene, path: Path, size: int, runs: int) -> Iterator[Figure]:
    """From the first byte of the upload to the last row: check, confirmation and import.

    Who asks polls the database often, so that waiting for its next question is hardly measured.
    """
    rates, cpu, peak = [], [], 0.0
    with serving(os.environ) as server:
        wire = signed_in(scene.manager, server.port)
        wait_for_quiet()
        for number in range(runs):
            name = f"http-{number}"
            project = Project.objects.create(team=scene.project.team, name=name, slug=name)
            form = wire.get(f"/p/{project.uid}/conversations/import/").body
            found = TOKEN.search(form)
            if found is None:
                raise UnexpectedAnswerError("The import page holds no form.")
            body = multipart({"csrfmiddlewaretoken": found[1].decode(), "source": ""}, path)
            with Watch(server.pid) as watch:
                answer = wire.ask(
                    "POST", f"/p/{project.uid}/conversations/import/upload/", body,
                    {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
                )  # fmt: skip
                if answer.status != 302:
                    raise UnexpectedAnswerError(f"The upload answered {answer.status}.")
                done = wait_for(project, {ImportRun.State.CHECKED})
                confirmed = wire.post(
                    f"/imports/{done.uid}/confirm/", {"csrfmiddlewaretoken": found[1].decode()}
                )
                if confirmed.status != 302:
                    raise UnexpectedAnswerError(f"Confirming answered {confirmed.status}.")
                done = wait_for(project, {ImportRun.State.DONE})
            require(done.n_new, size)
            rates.append(size / watch.seconds)
            cpu.append(watch.cpu)
            peak = max(peak, watch.peak_mb)
            wait_for_quiet()
    yield Figure(
        f"{size:,} conversations through the page, checked and imported",
        rates,
        "conversations/s",
        goal=Goal(at_least=4 * LABEL_STUDIO[connection.vendor]),
        beside=f"CPU {median(cpu) / size * 1e6:.0f} µs each, peak of web and worker together "
        f"{peak:.0f} MB; the goal is 4 times Label Studio’s "
        f"{LABEL_STUDIO[connection.vendor]:,}, which checks nothing first",
    )


def multipart(fields: dict[str, str], path: Path) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    return b"".join([*parts, head, path.read_bytes(), f"\r\n--{BOUNDARY}--\r\n".encode()])


def wait_for(project: Project, states: set[str]) -> ImportRun:
    """The run once it is so far; what was not taken, or a job that gave up, ends the bench."""
    while True:
        run = project.import_runs.get()
        if run.state in states:
            return run
        if run.state == ImportRun.State.FAILED:
            raise UnexpectedAnswerError(f"The import of {run} failed: {run.problem}")
        job = job_of(run)
        if job and job.state in OVER_WITHOUT:
            raise UnexpectedAnswerError(f"The job of {run} is {job.state}: {job.error}")
        time.sleep(0.05)


def wait_for_quiet() -> None:
    """Until nobody looks through what came in before for personal data any more."""
    while any_due() or Job.objects.filter(state=Job.State.RUNNING).exists():
        time.sleep(0.1)


def require(found: int, wanted: int) -> None:
    if found != wanted:
        raise UnexpectedAnswerError(f"{found} conversations came in of {wanted}.")
