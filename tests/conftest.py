"""What every test may use: the three people, the legs, and a count of what was not tested."""

import gc
import os
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate
from django.test import Client, TransactionTestCase
from hypothesis import settings as hypothesis_settings

from accounts.models import Project, Role, Team, User
from core import collecting
from tests import factories
from tests.emptying import emptying

# Playwright's synchronous interface keeps an event loop in this thread, where Django would refuse
# the ORM; nothing here runs in that loop.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"

# An example that took long on a busy machine is no failure. CI tries the same examples each time:
# it judges a change, and everybody else looks for what nobody has thought of.
hypothesis_settings.register_profile("touchstone", deadline=None, derandomize=IN_CI)
hypothesis_settings.load_profile("touchstone")

# The hash of the product, weak: a quarter of a second each is meant for those who guess.
Argon2PasswordHasher.time_cost = Argon2PasswordHasher.parallelism = 1
Argon2PasswordHasher.memory_cost = 8


# The legs: SQLite with the queue in files, or PostgreSQL with Redis.


#: Not even read on the other leg: what meets no database, and the measurements, which want a quiet
#: machine. Importing them brings in the packages that statistics are compared with.
ONCE = (
    "analytics/stats",
    "tests/analytics/stats",
    "tests/architecture",
    "tests/bench",
    "tests/conversations/importers",
    "tests/demo_fixtures",
    "tests/docs",
    "tests/scripts",
)
DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
"""The fixtures by which a test says that it meets the database; the mark `django_db` is another."""


SELDOM = (20_000, 20, 50)
"""New objects until the next look for garbage, which goes through all that modules, templates and
pages have left. With Python's 700 it took a twelfth of the time of the tests."""


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(*SELDOM)
    collecting.USUAL = SELDOM  # what the product goes back to after it has looked more seldom
    if not settings.EMBEDDED:
        config.option.ignore = [*(config.option.ignore or ()), *(ROOT / name for name in ONCE)]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the other leg tests."""
    left_out = [item for item in items if belongs_to_other_leg(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not belongs_to_other_leg(item)]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays until the end: nobody need look whether it may be thrown away."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def belongs_to_other_leg(item: pytest.Item) -> bool:
    """What no database can change is tested once, on the SQLite leg."""
    if settings.EMBEDDED:
        return item.get_closest_marker("services") is not None
    marks = {mark.name for mark in item.iter_markers()}
    if marks & {"embedded", "once"} or ("browser" in marks and "both" not in marks):
        return True
    return not (item.get_closest_marker("services") or meets_the_database(item))


def meets_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db"):
        return True
    return not DATABASE.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing may be skipped, except for data that cannot be part of the repository."""
    if is_short_of_ci(session.config):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Before the last line: what was not tested here and why."""
    gaps = Counter(skip_reason(report) for report in skipped(config))
    lines = [f"{n} tests: {reason}" for reason, n in sorted(gaps.items())]
    lines += filter(None, os.environ.get("TOUCHSTONE_TEST_GAPS", "").split("\n"))
    if lines:
        terminalreporter.section("not tested here")
        for line in lines:
            terminalreporter.write_line(line)
    if is_short_of_ci(config):
        terminalreporter.write_line(
            "With CI=true nothing may be skipped but what reads shared data."
        )


def skipped(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter.stats.get("skipped", []) if reporter else []


def is_short_of_ci(config: pytest.Config) -> bool:
    return IN_CI and any("shared_data" not in report.keywords for report in skipped(config))


def skip_reason(report: pytest.TestReport) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")


@pytest.fixture(scope="session", autouse=True)
def _no_rows_of_permissions() -> None:
    """Django's own say who may do what to which model; we ask roles, and each flush made them anew.

    That was nine tenths of its time.
    """
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


@pytest.fixture(scope="session", autouse=True)
def _tables_can_be_emptied() -> Iterator[None]:
    """After each test that commits; triggers would stop Django's own way."""
    with pytest.MonkeyPatch.context() as patch:
        flush = TransactionTestCase._fixture_teardown
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying(flush))
        yield


@pytest.fixture
def shared_data(request: pytest.FixtureRequest) -> Path:
    """The folder of published data sets, which are not ours to put into this repository."""
    request.node.add_marker("shared_data")
    folder = Path(os.environ.get("TOUCHSTONE_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no published data sets: set TOUCHSTONE_SHARED_DATA to their folder")
    return folder


# The people: Alice owns the team, Bob rates in it, Charlie owns another one.


@pytest.fixture
def team(db: None) -> Team:
    return factories.make_team("north")


@pytest.fixture
def other_team(db: None) -> Team:
    return factories.make_team("south")


@pytest.fixture
def alice(team: Team) -> User:
    return member(team, "alice", Role.OWNER)


@pytest.fixture
def bob(team: Team) -> User:
    return member(team, "bob", Role.RATER)


@pytest.fixture
def charlie(other_team: Team) -> User:
    return member(other_team, "charlie", Role.OWNER)


def member(team: Team, name: str, role: Role) -> User:
    user = factories.make_user(name)
    factories.make_membership(team, user, role)
    return user


@pytest.fixture
def project(team: Team) -> Project:
    return factories.make_project(team, "support")


@pytest.fixture
def other_project(other_team: Team) -> Project:
    return factories.make_project(other_team, "sales")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A client of a person: ``signed_in(bob).get(url)``."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client

    return sign_in
