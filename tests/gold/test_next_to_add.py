"""What to add next: where gold is short, one by one, and the same each time."""

from gold.next_to_add import Offered, picks


def offered(*languages):
    return [Offered(number, (language,)) for number, language in enumerate(languages)]


def keys(found):
    return [one.key for one in found]


def test_a_gap_is_filled_and_not_filled_over():
    held, comes_in = [{"ja": 10, "en": 10}], [{"ja": 50, "en": 50, "fr": 10}]
    found = picks(offered(*["fr"] * 10, *["ja"] * 10), held, comes_in, most=9)
    assert [one.shortages[0][1] for one in found] == ["fr", "fr"]


def test_nothing_short_means_nothing_to_add():
    assert picks(offered("ja", "ja"), [{"ja": 1}], [{"ja": 90}], most=5) == []


def test_of_one_input_only_the_first_is_taken():
    twice = [Offered(1, ("ja",), "q"), Offered(2, ("ja",), "q"), Offered(3, ("ja",), "r")]
    assert keys(picks(twice, [{"en": 9}], [{"ja": 9}], most=5)) == [1, 3]


def test_what_has_a_group_of_its_own_comes_before_more_of_the_same_talk():
    groups = ["talk", "talk", "", "talk", "", "other"]
    alike = [Offered(n, ("ja",), "", group) for n, group in enumerate(groups)]
    found = keys(picks(alike, [{"en": 90}], [{"ja": 9}], most=6))
    assert found == [0, 2, 4, 5, 1, 3]


def test_what_is_short_in_two_slices_comes_first():
    both = [Offered(1, ("ja", "v2")), Offered(2, ("ja", "v1")), Offered(3, ("en", "v2"))]
    held, comes_in = [{"en": 10}, {"v1": 10}], [{"en": 5, "ja": 5}, {"v1": 5, "v2": 5}]
    assert keys(picks(both, held, comes_in, most=1)) == [1]


def test_an_empty_dataset_takes_what_comes_in_most():
    assert keys(picks(offered("en", "ja"), [{}], [{"ja": 9, "en": 1}], most=1)) == [1]
