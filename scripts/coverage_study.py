"""Simulate how often intervals cover, for docs and reports: make coverage-study.

Writes docs/explanation/coverage.md, the same as a table that reports read, and beside it the page
of what end users say.
"""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explanation" / "coverage.md"
PROCESSES = 2
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, help="of each row")
    parser.add_argument("--replicates", type=int, help="of each bootstrap")
    parser.add_argument("--crowd", type=int, help="items whose coefficient is the truth")
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--out", type=Path, default=PAGE, help="the page to write")
    parser.add_argument("--table", type=Path, help="the table to write; where reports read it")
    parser.add_argument("--end-users", action="store_true", help="their page alone (a minute)")
    asked = parser.parse_args(arguments)
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))  # each process has a core; before numpy loads
    sys.path.insert(0, str(ROOT))
    from studies.end_users_page import NAME, RUNS
    from studies.end_users_page import page as page_of_end_users
    from studies.page import page
    from studies.plan import Plan
    from studies.study import simulate
    from studies.table import TABLE, table

    beside = asked.out.with_name(NAME)
    beside.write_text(page_of_end_users(asked.simulations or RUNS), encoding="utf-8")
    if asked.end_users:
        print(f"{beside} is written.")
        return
    given = {name: getattr(asked, name) for name in ("simulations", "replicates", "crowd")}
    plan = replace(Plan(), **{name: value for name, value in given.items() if value is not None})
    found = simulate(plan, asked.processes)
    asked.out.write_text(page(plan, found), encoding="utf-8")
    tabled = asked.table or ROOT / TABLE
    tabled.write_text(table(plan, found), encoding="utf-8")
    print(f"{asked.out} and {tabled} are written.")


if __name__ == "__main__":
    main(sys.argv[1:])
