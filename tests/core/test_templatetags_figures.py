import re
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from core.templatetags import figures
from core.templatetags.figures import Axis


def drawn(source: str, **context: object) -> str:
    with translation.override("en"):
        return Template("{% load touchstone %}" + source).render(Context(context))


ALPHA = {"value": 0.47, "low": 0.37, "high": 0.56}
AC1 = SimpleNamespace(value=0.5, low=0.43, high=0.57)


def test_a_forest_cell_says_its_figures():
    cell = '{% forest_cell axis "Faithfulness" a b name="alpha" second_name="AC1" %}'
    assert (
        'aria-label="Faithfulness: alpha 0.47, interval 0.37 to 0.56; AC1 0.50, interval 0.43 to '
        '0.57"' in drawn(cell, axis=Axis(), a=ALPHA, b=AC1)
    )


def test_a_point_stands_at_its_place_on_the_axis():
    svg = drawn('{% forest_cell axis "x" a %}', axis=Axis(), a=0.5)
    assert 'x="50.00%"' in svg


def test_an_estimate_that_cannot_be_computed_draws_no_point_and_says_so():
    svg = drawn('{% forest_cell axis "x" a name="alpha" %}', axis=Axis(), a={"value": None})
    assert "point" not in svg
    assert "alpha cannot be computed" in svg


def test_an_interval_that_leaves_the_axis_ends_in_an_arrow_without_a_cap():
    found = figures.mark(Axis(), {"value": 0.1, "low": -0.2, "high": 0.4}, y=17, shape="circle")
    assert found is not None
    assert len(found.caps) == 1
    assert [place for place, _ in found.arrows] == ["3.00%"]


def test_a_point_beyond_the_axis_is_never_drawn_at_its_end():
    found = figures.mark(Axis(), {"value": 1.4}, y=17, shape="circle")
    assert found is not None
    assert (found.point, [place for place, _ in found.arrows]) == ("", ["97.00%"])


def test_an_axis_of_coefficients_reaches_below_zero_when_one_does():
    axis = Axis.of_coefficients([0.4, -0.06, None])
    assert (axis.low, list(axis.ticks)) == (-0.2, [-0.2, 0, 0.2, 0.4, 0.6, 0.8, 1])


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.31, -0.51], ["−0.8", "−0.4", "0.0", "+0.4", "+0.8"]),
        ([13], ["−20", "−10", "0", "+10", "+20"]),
    ],
)
def test_an_axis_of_differences_is_symmetric_and_round(values, ticks):
    axis = Axis.around_zero(values)
    assert [axis.tick_text(tick) for tick in axis.ticks] == ticks


def test_a_distribution_fills_its_bar_and_says_its_counts():
    svg = drawn(
        '{% stack_bar "Helpful" counts names %}', counts=[1, 0, 3], names=["No", "So", "Yes"]
    )
    widths = [float(width) for width in re.findall(r'width="([\d.]+)%"', svg)]
    assert sum(widths) == pytest.approx(100)
    assert 'aria-label="Helpful: No: 1, So: 0, Yes: 3"' in svg


def test_an_empty_distribution_draws_nothing():
    assert "<rect" not in drawn('{% stack_bar "Helpful" counts %}', counts=[0, 0])


@pytest.mark.parametrize(
    ("n_points", "shades"),
    [(2, [1, 5]), (3, [1, 3, 5]), (4, [1, 2, 3, 5]), (5, [1, 2, 3, 4, 5]), (1, [3])],
)
def test_the_shades_of_a_scale_run_from_light_to_dark(n_points, shades):
    assert [figures.shade(i, n_points) for i in range(n_points)] == shades


def test_a_confusion_table_has_its_figures_in_the_cells():
    html = drawn(
        '{% heat_table "Pairs" points shares %}', points=[1, 2], shares=[[0.9, 0], [0, 0.1]]
    )
    assert '<td class="shade-5">90.0</td>' in html
    assert '<td class="shade-0">0.0</td>' in html


def test_marks_say_how_many_raters_stand_where():
    assert 'aria-label="1: 1 rater, 4: 2 raters"' in drawn(
        "{% marks counts %}", counts=[1, 0, 0, 2]
    )


def test_a_meter_says_how_much_is_done():
    assert 'aria-label="Study: 412 of 1,600"' in drawn('{% meter 412 1600 "Study" %}')


@pytest.mark.parametrize("tag", ['{% icon "check" %}', '{% icon "lozenge" %}'])
def test_an_icon_is_hidden_from_those_who_listen(tag):
    assert 'aria-hidden="true"' in drawn(tag)


def test_no_figure_needs_an_inline_style():
    html = drawn(
        '{% forest_cell axis "x" a %}{% forest_axis axis %}{% stack_bar "x" n %}{% marks n %}'
        '{% heat_table "x" n shares %}{% tile 1 0 4 %}{% scale_key n %}{% meter 1 2 %}',
        axis=Axis(low_words="a", high_words="b"), a=ALPHA, n=[1, 2], shares=[[1, 0], [0, 0]],
    )  # fmt: skip
    assert "style=" not in html
