"""What tests of checks by lot share."""

import pytest

from annotation.services import checks
from annotation.services.chairs import lot


@pytest.fixture
def same_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks come at the same places in every run, to every rater.

    By lot of uids that are new each time, one run in a hundred would see too few or too many.
    """
    monkeypatch.setattr(checks, "lot", lambda _study, _rater, *names: lot(*names))
