"""The checks of the benches can fail: they see what they are there to see."""

import os
import time

import pytest

from annotation.models import Assignment, StudyRater
from bench.importing import require
from bench.processes import Watch
from bench.raters import warm, work
from bench.soundness import BrokenError, check_study
from bench.wire import UnexpectedAnswerError
from bench.workload import conversation, file_of
from tests import factories


@pytest.fixture
def rated(project) -> StudyRater:
    """One item, submitted once."""
    study = factories.make_study(project, overlap=1)
    rater = factories.make_rater(project)
    item = factories.make_item(study)
    factories.make_assignment(item, rater, state=Assignment.State.SUBMITTED)
    factories.make_rating(item, rater)
    return factories.make_study_rater(study, rater, n_submitted=1)


def test_a_study_in_order_passes(rated):
    check_study(rated.study)


def test_an_item_over_its_overlap_is_seen(rated):
    factories.make_rating(rated.study.items.get(), factories.make_rater(rated.study.project))
    with pytest.raises(BrokenError, match="1 items over their overlap"):
        check_study(rated.study)


def test_a_lost_rating_is_seen(rated):
    rated.study.items.get().ratings.update(current=False)
    with pytest.raises(BrokenError, match="0 ratings of 1 submitted and 1 counted"):
        check_study(rated.study)


def test_a_conversation_too_few_is_seen():
    with pytest.raises(UnexpectedAnswerError, match="99 conversations came in of 100"):
        require(99, 100)


def test_what_stops_a_rater_is_told():
    class Broken:
        cycles = 0

        def begin(self) -> None: ...

        def cycle(self) -> bool:
            self.cycles += 1
            if self.cycles > 5:
                raise UnexpectedAnswerError("The rater page answered 500.")
            return True

    desk = Broken()
    warm([desk])
    shift = work([desk], 1.0)
    assert shift.acknowledged == 2
    assert shift.failures == {"The rater page answered 500.": 1}


def test_the_workload_is_the_same_everywhere_and_of_the_size_told(tmp_path):
    path = file_of(200, tmp_path)
    assert conversation(7) == conversation(7)
    assert 1_200 < path.stat().st_size / 200 < 1_600
    assert len(conversation(7)["turns"]) == 6


@pytest.mark.skipif(not os.path.exists("/proc/self/smaps_rollup"), reason="no /proc: not Linux")
def test_memory_and_cpu_of_a_process_are_seen():
    with Watch(os.getpid(), every=0.01) as watch:
        end = time.process_time() + 0.1
        while time.process_time() < end:
            pass
    assert watch.peak_mb > 10
    assert watch.cpu >= 0.05
