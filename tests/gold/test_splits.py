"""Splits by a hash: pure."""

import pytest

from core.errors import InvalidError
from gold.admission.rules import Rules
from gold.admission.splits import read_splits, split_of
from gold.candidate_forms import RulesForm
from gold.models import GoldDataset

HALVES = {"train": 0.8, "test": 0.2}


def places(inputs, splits=HALVES, salt="helpdesk"):
    return {one: split_of(one, "", splits, salt) for one in inputs}


def test_without_splits_all_is_test():
    assert split_of("ja-01", "", {}, "helpdesk") == "test"


def test_growth_moves_nothing():
    few = places(f"input-{n}" for n in range(50))
    many = places(f"input-{n}" for n in reversed(range(500)))
    assert few.items() <= many.items()


def test_the_order_of_the_names_makes_no_difference():
    inputs = [f"input-{n}" for n in range(100)]
    assert places(inputs) == places(inputs, dict(reversed(HALVES.items())))


def test_shares_come_out_about_as_asked():
    found = list(places(f"input-{n}" for n in range(2_000)).values())
    assert 0.77 < found.count("train") / 2_000 < 0.83


def test_a_group_goes_whole():
    found = {split_of(f"turn-{n}", "dialogue-7", HALVES, "helpdesk") for n in range(50)}
    assert len(found) == 1


def test_another_salt_divides_otherwise():
    inputs = [f"input-{n}" for n in range(100)]
    assert places(inputs) != places(inputs, salt="another")


def test_known_places_stay_known():
    """What was published stands in a split: these may never change."""
    found = [split_of(f"input-{n}", "", HALVES, "helpdesk") for n in range(10)]
    assert found == KNOWN


KNOWN = ["train", "train", "train", "test", "train", "train", "train", "train", "train", "train"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (["train"], "shares by name"),
        ({"train": 0.8}, "add up to 0.8"),
        ({"train": 0.8, "te st": 0.2}, "no name for a split"),
        ({"": 1}, "no name for a split"),
        ({"train": True, "test": 0.2}, "share of True"),
        ({"train": 1.5, "test": -0.5}, "not above 0"),
        ({f"s{n}": 0.05 for n in range(20)}, "too many"),
    ],
)
def test_what_cannot_be_splits_is_refused_in_a_sentence(data, words):
    with pytest.raises(InvalidError, match=words):
        read_splits(data)


def test_splits_are_read_as_they_are():
    assert read_splits({"train": 0.9, "dev": 0.05, "test": 0.05})["dev"] == 0.05
    assert read_splits({}) == {}


def test_shares_come_back_from_their_form_as_they_were():
    """Three thirds written with six digits were no whole any more, and nothing could be saved."""
    thirds = dict.fromkeys("abc", 1 / 3)
    written = RulesForm.of(GoldDataset(splits=thirds), Rules()).initial["splits"]
    form = RulesForm({"splits": written})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["splits"] == pytest.approx(thirds)
    whole = RulesForm.of(GoldDataset(splits=HALVES), Rules()).initial["splits"]
    assert whole == "test 0.2\ntrain 0.8"
