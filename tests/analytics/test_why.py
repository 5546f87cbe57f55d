"""Every reason that statistics know can be said in another language."""

import pkgutil
from importlib import import_module
from types import ModuleType

import pytest

import analytics.stats
from analytics.reports.why import REASONS

MODULES = [
    import_module(found.name)
    for found in pkgutil.walk_packages(analytics.stats.__path__, "analytics.stats.")
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_reason_can_be_translated(module: ModuleType) -> None:
    sentences = {
        told
        for name, told in vars(module).items()
        if name.isupper() and isinstance(told, str) and told.endswith(".")
    }
    assert sentences <= {*REASONS}


def test_a_reason_is_marked_once() -> None:
    assert len(set(REASONS)) == len(REASONS)
