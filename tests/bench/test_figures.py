import json

import pytest

from bench.figures import Figure, Goal, exactly, line


@pytest.mark.parametrize(
    ("goal", "value", "passed"),
    [
        (Goal(at_least=10), 10, True),
        (Goal(at_least=10), 9.9, False),
        (Goal(at_most=10), 10, True),
        (Goal(at_most=10), 10.1, False),
        (Goal(at_most=0), 1, False),
        (None, 1, None),
    ],
)
def test_a_figure_says_whether_it_reaches_its_goal(goal, value, passed):
    assert exactly("speed", value, "km/h", goal=goal).passed is passed


def test_the_median_of_the_runs_is_told_with_their_spread():
    figure = Figure("speed", [3, 900, 5], "km/h", goal=Goal(at_least=4), beside="peers: 2")
    told = line(json.loads(json.dumps(figure.as_json())))
    assert told == "pass  speed: 5 km/h (3 to 900, 3 runs), goal >= 4; peers: 2"


def test_a_miss_is_written_large():
    assert line(exactly("speed", 3, "km/h", goal=Goal(at_least=4)).as_json()).startswith("MISS")
