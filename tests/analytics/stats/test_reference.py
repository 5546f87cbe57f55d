"""Every number of the reference folder whose statistic has an answer here."""

from typing import Any

import numpy as np
import pytest

from tests.analytics.stats.reference import ANSWERS, FOLDER, cases

ABSENT = pytest.param(
    {},
    {},
    marks=[
        pytest.mark.shared_data,
        pytest.mark.skip(reason=f"no reference cases at {FOLDER}: set TOUCHSTONE_SHARED_REFERENCE"),
    ],
)
KNOWN = [
    pytest.param(data, expected, id=name)
    for name, data, expected in cases()
    if expected["statistic"] in ANSWERS
]


def flat(value: Any) -> list[float]:
    """Numbers of a nested answer in a fixed order; None is NaN."""
    if value is None:
        return [float("nan")]
    if isinstance(value, dict):
        return [number for key in sorted(value) for number in flat(value[key])]
    if isinstance(value, list | tuple | np.ndarray):
        return [number for part in value for number in flat(part)]
    return [float(value)]


@pytest.mark.parametrize(("data", "expected"), KNOWN or [ABSENT])
def test_a_reference_value_is_reproduced(data: dict[str, Any], expected: dict[str, Any]) -> None:
    computed = ANSWERS[expected["statistic"]](data, expected.get("params") or {})
    wanted = True if expected.get("check") == "property" else expected["value"]
    tolerance = expected.get("tolerance") or 0
    assert flat(computed) == pytest.approx(flat(wanted), rel=0, abs=tolerance + 1e-12, nan_ok=True)
