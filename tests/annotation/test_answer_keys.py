import pytest
from django.urls import reverse

from annotation.answers import Given, Unit
from annotation.marking import meets
from annotation.models import ExpectedAnswer, Item, Study, Verdict
from annotation.services.answer_keys import Expected, Which, set_key, take_items
from annotation.services.chairs import Why
from core.errors import DomainError
from core.scales import Stored, Target
from tests import factories
from tests.annotation.quality_helpers import expect, keyed_study
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit


@pytest.fixture
def source(project):
    """Two settled items, the first by a person, and an open one."""
    study = study_of(project, items=3)
    criterion = study.rubric_version.criteria.get()
    for item, how in zip(study.items.all(), ("adjudication", "consensus"), strict=False):
        Verdict.objects.create(
            item=item, criterion=criterion, value=3, source=how, reason="It names the day."
        )
        item.state = Item.State.SETTLED
        item.save()
    return study


@pytest.fixture
def controls(source):
    return keyed_study(source, Study.Purpose.CONTROL, items=0, state=Study.State.DRAFT)


@pytest.mark.parametrize(
    ("kind", "expected", "said", "tolerance", "right"),
    [
        ("ordinal", Stored(3), Stored(3), 0, True),
        ("ordinal", Stored(3), Stored(2), 0, False),
        ("ordinal", Stored(3), Stored(2), 1, True),
        ("ordinal", Stored(number=2.5), Stored(3), 0.5, True),
        ("ordinal", Stored(number=2.5), Stored(4), 0.5, False),
        ("numeric", Stored(number=0.3), Stored(number=0.1), 0.2, True),
        ("nominal", Stored(1), Stored(2), 5, False),
        ("multi", Stored(0b101), Stored(0b101), 0, True),
        ("multi", Stored(0b101), Stored(0b001), 0, False),
        ("ordinal", Stored(3), Stored(), 4, False),
    ],
)
def test_what_is_right(kind, expected, said, tolerance, right):
    assert meets(kind, expected, said, tolerance) is right


def test_settled_items_come_with_their_verdicts_as_keys(alice, source, controls):
    assert take_items(actor=alice, study=controls, source=source, now=NOW) == 2
    key = controls.items.first().expected.get()
    assert (key.value, key.why, key.by) == (3, {"en": "It names the day."}, alice)
    assert set(controls.items.values_list("slots_total", flat=True)) == {0}


def test_only_what_people_decided_if_that_is_asked_for(alice, source, controls):
    taken = take_items(actor=alice, study=controls, source=source, which=Which.ADJUDICATED, now=NOW)
    assert taken == 1


def test_nothing_in_gold_is_nothing_to_take(alice, source, controls):
    assert take_items(actor=alice, study=controls, source=source, which=Which.GOLD, now=NOW) == 0


def test_the_same_conversation_is_taken_once(alice, source, controls):
    take_items(actor=alice, study=controls, source=source, now=NOW)
    assert take_items(actor=alice, study=controls, source=source, now=NOW) == 0


def test_items_of_which_nothing_was_said_take_no_place_among_those_asked_for(
    alice, source, controls
):
    first, second = source.items.filter(state=Item.State.SETTLED).order_by("seq")
    first.verdicts.update(value=None)
    assert take_items(actor=alice, study=controls, source=source, most=1, now=NOW) == 1
    assert controls.items.get().conversation == second.conversation


def test_verdicts_in_words_take_no_place_either(alice, source, controls):
    first, second = source.items.filter(state=Item.State.SETTLED).order_by("seq")
    told = factories.make_rubric_version(
        source.rubric_version.rubric, criteria={"why": {"kind": "text"}}
    )
    first.verdicts.update(criterion=told.criteria.get())
    assert take_items(actor=alice, study=controls, source=source, most=1, now=NOW) == 1
    assert controls.items.get().conversation == second.conversation


def test_a_pair_is_taken_though_another_one_with_its_first_answer_is_here(alice, source, controls):
    first, second = source.items.filter(state=Item.State.SETTLED).order_by("seq")
    other, another = (factories.make_conversation(source.project) for _n in range(2))
    shown = {"conversation": first.conversation, "n_answers": 2}
    source.items.filter(pk=first.pk).update(conversation_b=other, **shown)
    source.items.filter(pk=second.pk).update(conversation_b=another, **shown)
    assert take_items(actor=alice, study=controls, source=source, most=1, now=NOW) == 1
    assert take_items(actor=alice, study=controls, source=source, now=NOW) == 1
    taken = controls.items.order_by("seq").values_list("conversation_b", flat=True)
    assert list(taken) == [other.pk, another.pk]


def test_items_by_another_version_of_the_rubric_are_refused(alice, project, controls):
    with pytest.raises(DomainError, match="same version of the rubric"):
        take_items(actor=alice, study=controls, source=study_of(project), now=NOW)


def test_a_verdict_between_two_points_takes_both(alice, source, controls):
    Verdict.objects.update(value=None, number=2.5)
    take_items(actor=alice, study=controls, source=source, tolerance=0, now=NOW)
    assert ExpectedAnswer.objects.first().tolerance == 0.5


def test_ordinary_items_have_no_key(alice, source):
    given = Given(source.rubric_version.criteria.get(), Unit(), value=3)
    with pytest.raises(DomainError, match="known beforehand"):
        set_key(actor=alice, item=source.items.first(), expected=[Expected(given)], now=NOW)


def test_a_key_is_written_on_its_page(signed_in, alice, source):
    training = keyed_study(source, Study.Purpose.TRAINING, items=0)
    item = factories.make_item(training, slots_total=0, slots_open=0)
    answer = signed_in(alice).post(
        reverse("annotation:key", args=[item.uid]),
        {"q.helpful": "4", "tolerance.helpful": "1", "reason.helpful": "It names the day."},
    )
    key = item.expected.get()
    assert answer["Location"] == reverse("annotation:keys", args=[training.uid])
    assert (key.value, key.tolerance, key.why) == (3, 1.0, {"en": "It names the day."})


def test_saving_goes_on_with_the_next_item_without_a_key(signed_in, alice, source):
    training = keyed_study(source, Study.Purpose.TRAINING, items=1)
    first, second = (factories.make_item(training, slots_total=0, slots_open=0) for _n in range(2))
    answer = signed_in(alice).post(reverse("annotation:key", args=[first.uid]), {"q.helpful": "4"})
    assert answer["Location"] == reverse("annotation:key", args=[second.uid])


def test_a_line_can_be_left_out_again(signed_in, alice, source):
    training = keyed_study(source, Study.Purpose.TRAINING, items=1)
    item = training.items.get()
    signed_in(alice).post(
        reverse("annotation:key", args=[item.uid]), {"q.helpful": "4", "leave.helpful": "1"}
    )
    assert not item.expected.exists()


def test_a_tolerance_that_is_no_number_comes_back(signed_in, alice, source):
    training = keyed_study(source, Study.Purpose.TRAINING, items=1)
    item = training.items.get()
    answer = signed_in(alice).post(
        reverse("annotation:key", args=[item.uid]),
        {"q.helpful": "2", "tolerance.helpful": "a bit"},
    )
    assert answer.status_code == 422
    assert "“a bit”" in answer.content.decode()
    assert item.expected.get().value == 3


def test_what_people_decided_elsewhere_is_proposed(signed_in, alice, source):
    training = keyed_study(source, Study.Purpose.TRAINING, items=0)
    item = factories.make_item(
        training, source.items.first().conversation, slots_total=0, slots_open=0
    )
    page = signed_in(alice).get(reverse("annotation:key", args=[item.uid])).content.decode()
    assert "their verdicts are filled in" in page
    assert 'value="4" data-shortcut="4" checked' in page
    assert not item.expected.exists()


def test_who_reads_what_was_decided_elsewhere_does_not_rate_it_blind(signed_in, alice, source):
    conversation = source.items.first().conversation
    training = keyed_study(source, Study.Purpose.TRAINING, items=0)
    item = factories.make_item(training, conversation, slots_total=0, slots_open=0)
    once_more = factories.make_study(source.project, source.rubric_version)
    factories.make_item(once_more, conversation)
    chair = rater_in(once_more, alice)
    signed_in(alice).get(reverse("annotation:key", args=[item.uid]))
    assert no_item(chair).why == Why.DONE


def test_a_key_that_most_get_wrong_is_pointed_out(signed_in, alice, source):
    training = keyed_study(source, Study.Purpose.TRAINING, items=1)
    for _n in range(5):
        submit(claim(rater_in(training)), {"helpful": "1"})
    page = signed_in(alice).get(reverse("annotation:keys", args=[training.uid])).content.decode()
    assert "0 of 5" in page
    assert "Most get it wrong" in page


def test_turns_have_keys_of_their_own(signed_in, alice, project):
    study = study_of(project, criteria={"helpful": {"target": Target.TURN}})
    training = keyed_study(study, Study.Purpose.TRAINING, items=0)
    item = factories.make_item(training, slots_total=0, slots_open=0)
    signed_in(alice).post(reverse("annotation:key", args=[item.uid]), {"q.helpful.1": "4"})
    assert item.expected.get().turn == 1


def test_pages_of_keys_are_those_of_trainings_and_sets_alone(signed_in, alice, source):
    expect(source.items.first())
    url = reverse("annotation:keys", args=[source.uid])
    assert signed_in(alice).get(url).status_code == 409
