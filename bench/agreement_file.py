"""Alpha with its interval from a file of ratings: the command as one calls it, CSV and Parquet."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure, Goal
from bench.rated import made_up
from bench.servers import ROOT
from bench.wire import UnexpectedAnswerError

AT_ONCE = 1_000_000
REPLICATES = 1_000
QUICK, SMALL = Goal(at_most=10), Goal(at_most=1_000)
"""Seconds and MB, of ten million ratings on two cores."""


@dataclass(frozen=True)
class Told:
    """What a run of the command wrote and took: seconds, seconds of CPU, MB at the peak."""

    text: str
    seconds: float
    cpu: float
    peak_mb: float


def run(size: int, runs: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-file-") as folder:
        csv = Path(folder, "ratings.csv")
        n_ratings = write_csv(csv, size)
        alphas = set()
        for path in (csv, as_parquet(csv)):
            told = [command(path, "--brief", "--format=json") for _run in range(runs)]
            kind = f"{path.suffix[1:]}, {n_ratings:,} ratings"
            yield Figure(
                f"Alpha with {REPLICATES:,} replicates from {kind}",
                [one.seconds for one in told], "s", goal=QUICK, beside=cpu_words(told),
            )  # fmt: skip
            yield Figure(f"Peak memory, {kind}", [one.peak_mb for one in told], "MB", goal=SMALL)
            answers = [json.loads(one.text) for one in told]
            if any(answer["n_ratings"] != n_ratings for answer in answers):
                raise UnexpectedAnswerError(
                    f"{path.name} has {n_ratings} ratings; others were told."
                )
            alphas |= {json.dumps(answer["coefficients"]) for answer in answers}
        if len(alphas) != 1:
            raise UnexpectedAnswerError("CSV and Parquet do not give the same coefficients.")
        whole = command(csv)
        yield Figure(
            f"Every coefficient from csv, {n_ratings:,} ratings", [whole.seconds], "s",
            beside=f"{cpu_words([whole])}, peak {whole.peak_mb:,.0f} MB",
        )  # fmt: skip


def write_csv(path: Path, size: int) -> int:
    """Ratings with identifiers of twelve characters, in no order; how many there are."""
    rows = made_up(size)
    columns = [rows[name] for name in ("unit", "rater", "value")]
    n_ratings = len(columns[0])
    with path.open("w", encoding="ascii") as file:
        file.write("item,rater,value\n")
        for start in range(0, n_ratings, AT_ONCE):
            part = (column[start : start + AT_ONCE].tolist() for column in columns)
            file.writelines(
                f"item-{item:07d},rater-{rater:02d},{value + 1}\n"
                for item, rater, value in zip(*part, strict=True)
            )
    return n_ratings


def as_parquet(csv: Path) -> Path:
    """The same table as another program would write it: text, text, integer."""
    import duckdb

    path = csv.with_suffix(".parquet")
    with duckdb.connect() as store:
        store.execute(f"COPY (FROM read_csv('{csv}')) TO '{path}' (FORMAT parquet)")
    return path


def command(path: Path, *more: str) -> Told:
    words = [
        sys.executable, "manage.py", "agreement", "--from", str(path), "--item", "item",
        "--rater", "rater", "--value", "value", "--level", "ordinal",
        f"--replicates={REPLICATES}", *more,
    ]  # fmt: skip
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(words, cwd=ROOT, stdout=out)
        _pid, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        out.seek(0)
        text = out.read().decode()
    if child.returncode:
        raise UnexpectedAnswerError(f"The command ended with code {child.returncode}.")
    return Told(text, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def cpu_words(told: Sequence[Told]) -> str:
    return f"CPU {min(one.cpu for one in told):.1f} s"
