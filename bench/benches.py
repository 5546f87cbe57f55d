"""Which benches there are, and running one of them in a place of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.places import throw_away
from bench.servers import ROOT


@dataclass(frozen=True)
class Bench:
    module: str
    size: int
    counts: str
    """What `size` is a number of."""


BENCHES = {
    "import": Bench("importing", 100_000, "conversations"),
    "rating": Bench("rating", 1_000_000, "items"),
    "page": Bench("page", 1, "items"),
    "start": Bench("starting", 20, "seconds of idling"),
    "install": Bench("installing", 1, "environments"),
    "export": Bench("exporting", 300_000, "ratings"),
    "agreement": Bench("agreement", 1_000_000, "scores"),
    "agreement-file": Bench("agreement_file", 10_000_000, "ratings"),
    "preferences": Bench("preferences", 1_000_000, "votes"),
    "feedback": Bench("feedback", 10_000_000, "events"),
    "compare": Bench("comparing", 1_000_000, "answers shown"),
    "gold": Bench("gold", 100_000, "gold items"),
    "truth": Bench("truth", 1_000_000, "labels"),
}


class BenchFailedError(Exception):
    """A bench that ended without its figures; its own words stand on stderr."""


def figures_of(
    name: str, *, database_url: str, size: int | None, runs: int
) -> Iterator[dict[str, Any]]:
    bench = BENCHES[name]
    command = [
        sys.executable, "-m", "bench.child", bench.module,
        f"--size={size or bench.size}", f"--runs={runs}",
    ]  # fmt: skip
    with throw_away(database_url) as environment:
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None  # noqa: S101  # asked for above
            for words in child.stdout:
                yield json.loads(words)
        if child.returncode:
            raise BenchFailedError(f"The bench “{name}” ended with code {child.returncode}.")
