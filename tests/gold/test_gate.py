"""The gate on rows: what it finds out about candidates, and what it keeps out of gold."""

import pytest

from accounts.models import AuditEntry
from analytics.models import AgreementSnapshot
from annotation.models import Item, Study
from conversations.models import Redaction
from core.errors import DomainError, InvalidError
from gold.admission import gate, near_index
from gold.admission.gate import check, in_batches
from gold.admission.near_index import Sketch, most_alike
from gold.admission.rules import Agreement, Rules
from gold.models import Candidate, GoldItem, NearHash, Source, Tier
from gold.services.admitting import admit, request_admission
from gold.services.candidates import (
    approve_candidates,
    create_dataset,
    propose_items,
    propose_settled,
    set_source,
)
from gold.services.checking import check_all, check_candidates, with_all
from gold.services.exposures import read_keys, tell_exposures, withdraw_exposures
from gold.services.rules import change_rules
from jobs.testing import run_pending_jobs
from tests import factories
from tests.gold.conftest import settle

pytestmark = pytest.mark.django_db
NOON = factories.NOON
JAPANESE = "商品が届いてから八日以内でしたら返品できます。送料はお客様のご負担で、交換もできます。"


@pytest.fixture
def strict(alice, project):
    return create_dataset(actor=alice, project=project, name="Strict")


def said(*words):
    return [
        {"role": role, "content": text}
        for role, text in zip(("user", "assistant") * len(words), words, strict=False)
    ]


@pytest.fixture
def propose(study, strict, project):
    """Makes a candidate of a settled item that says these words."""

    def make(*words, **fields):
        of = fields.pop("study", study)
        conversation = factories.make_conversation(project, turns=said(*words), **fields)
        settle(factories.make_item(of, conversation))
        propose_settled(actor=None, dataset=strict, study=None, now=NOON)
        return strict.candidates.get(item__conversation=conversation)

    return make


def failed(candidate):
    candidate.refresh_from_db()
    return candidate.failed.split()


def approve(alice, dataset, *candidates, **how):
    uids = [one.uid for one in candidates]
    return approve_candidates(actor=alice, dataset=dataset, uids=uids, now=NOON, **how)


def test_what_holds_the_rules_is_checked_and_can_be_gold(propose):
    candidate = propose("How do I return it?", "Within eight days.")
    assert candidate.outcome == Candidate.Outcome.PASSES
    assert [one["rule"] for one in candidate.checks if one["passed"]] == [
        one["rule"] for one in candidate.checks
    ]


def test_of_two_alike_that_wait_the_later_one_fails(propose):
    first = propose(JAPANESE)
    second = propose(JAPANESE.replace("八日", "七日"))
    check_candidates(first.dataset, [first.pk, second.pk], NOON)
    assert (failed(first), failed(second)) == ([], ["near_duplicate"])


def test_what_resembles_a_gold_item_is_kept_out_and_the_item_is_named(alice, strict, propose):
    (made,) = approve(alice, strict, propose(JAPANESE))
    candidate = propose(JAPANESE.replace("八日", "七日"))
    assert failed(candidate) == ["near_duplicate"]
    found = next(one for one in candidate.checks if one["rule"] == "near_duplicate")
    assert found["gold_item"] == str(made.uid)
    assert 0.8 <= found["similarity"] < 1


def test_a_retired_item_has_no_duplicates(alice, strict, propose):
    (made,) = approve(alice, strict, propose(JAPANESE))
    GoldItem.objects.filter(pk=made.pk).update(retired_at=NOON)
    assert failed(propose(JAPANESE)) == []


def test_gold_from_before_the_index_is_found_after_a_check(alice, strict, propose):
    approve(alice, strict, propose(JAPANESE))
    NearHash.objects.all().delete()
    candidate = propose(JAPANESE)
    assert failed(candidate) == []
    check_all(strict, NOON)
    assert failed(candidate) == ["near_duplicate"]


def test_an_alike_text_written_between_check_and_approval_is_seen(alice, strict, propose):
    first, second = propose(JAPANESE), propose("まったく別の話です。" * 3)
    second.item.conversation.turns = said(JAPANESE)
    second.item.conversation.save()
    with pytest.raises(DomainError, match="near duplicate"):
        approve(alice, strict, first, second)
    assert not strict.gold_items.exists()


def test_those_that_pass_are_admitted_and_the_rest_stays(alice, strict, propose):
    first, second = propose(JAPANESE), propose(JAPANESE)
    uids = [first.uid, second.uid]
    admitted = admit(actor=alice, dataset=strict, uids=uids, now=NOON)
    assert [len(admitted.made), len(admitted.refused)] == [1, 1]
    assert failed(second) == ["near_duplicate"]
    assert second.state == Candidate.State.WAITING


def test_personal_data_keeps_an_item_out_until_somebody_decides(alice, strict, propose):
    candidate = propose("My mail is alice@example.com", "Thank you.")
    assert failed(candidate) == ["personal_data"]
    with pytest.raises(DomainError, match="personal data"):
        approve(alice, strict, candidate, against="It is mine.")
    Redaction.objects.update(state=Redaction.State.DISMISSED)
    assert len(approve(alice, strict, candidate)) == 1


def test_too_few_raters(propose, strict, alice):
    change_rules(actor=alice, dataset=strict, rules=Rules(min_raters=3), splits={})
    strict.refresh_from_db()
    assert failed(propose("One", "Two")) == ["min_raters"]


def report(study, low):
    coefficient = {"value": 0.8, "low": low, "high": 0.9}
    criteria = [{"criterion": "helpful", "coefficients": {"krippendorff_alpha": coefficient}}]
    AgreementSnapshot.objects.update_or_create(
        study=study, defaults={"seed": 1, "replicates": 1, "data": {"criteria": criteria}}
    )


@pytest.mark.parametrize(
    ("low", "outcome"), [(0.7, "passes"), (0.5, "contested"), (None, "contested")]
)
def test_agreement_is_that_of_the_newest_report(propose, strict, alice, study, low, outcome):
    report(study, low)
    rules = Rules(min_agreement=Agreement(bar=0.667))
    change_rules(actor=alice, dataset=strict, rules=rules, splits={})
    strict.refresh_from_db()
    assert propose("One", "Two").outcome == outcome


def test_disputed_items_are_proposed_on_request_and_become_contested(alice, strict, study):
    item = factories.make_item(study)
    for value in (0, 4):
        factories.make_rating(item, scores={"helpful": value})
    Item.objects.filter(pk=item.pk).update(state=Item.State.DISPUTED)
    assert propose_settled(actor=alice, dataset=strict, study=None, now=NOON) == 0
    assert propose_settled(actor=alice, dataset=strict, study=None, now=NOON, disputed=True) == 1
    candidate = strict.candidates.get()
    assert candidate.outcome == Candidate.Outcome.CONTESTED
    with pytest.raises(DomainError, match="not settled"):
        approve(alice, strict, candidate, against="It is fine.")
    (made,) = approve(alice, strict, candidate, tier=Tier.CONTESTED)
    label = made.payload["labels"]["helpful"]
    assert made.payload["tier"] == "contested"
    assert (label["value"], label["distribution"]) == (None, {"1": 1, "5": 1})


def test_what_nobody_contests_is_not_contested(alice, strict, propose):
    with pytest.raises(DomainError, match="not contested"):
        approve(alice, strict, propose("One", "Two"), tier=Tier.CONTESTED)


def test_a_rule_is_outweighed_by_a_reason_that_stays(alice, strict, propose):
    approve(alice, strict, propose(JAPANESE))
    candidate = propose(JAPANESE)
    (made,) = approve(alice, strict, candidate, against="Both answers are needed.")
    candidate.refresh_from_db()
    assert candidate.reason == "Both answers are needed."
    missed = [one for one in candidate.checks if not one["passed"]]
    assert [one["admitted_against"] for one in missed] == ["Both answers are needed."]
    entry = AuditEntry.objects.get(verb="gold.admitted_against")
    assert entry.data["rules"] == {"near_duplicate": 1}
    assert made.tier == Tier.GOLD


@pytest.mark.parametrize("word", ["input-7", "c-7"])
def test_an_input_told_to_be_used_elsewhere_is_kept_out(alice, project, propose, word):
    candidate = propose("One", "Two", external_id="c-7", input_key="input-7")
    told = {"actor": alice, "project": project, "use": "few_shot", "note": "", "now": NOON}
    assert tell_exposures(keys=[word], **told).new == 1
    assert tell_exposures(keys=["input-7"], **told).known == 1
    check_candidates(candidate.dataset, [candidate.pk], NOON)
    assert failed(candidate) == ["not_exposed"]
    row = project.exposures.get()
    assert withdraw_exposures(actor=alice, project=project, rows=[row.pk]) == 1


def test_an_input_of_a_calibration_is_known_without_being_told(project, propose):
    calibration = factories.make_study(project, purpose=Study.Purpose.CALIBRATION)
    other = factories.make_conversation(project, input_key="input-7")
    factories.make_item(calibration, other)
    assert failed(propose("One", "Two", input_key="input-7")) == ["not_exposed"]


def test_kin_goes_where_its_kin_is_and_is_kept_out_where_that_is_two(alice, strict, propose):
    """Of one input, of one group and of one hash each another answer."""
    one = approve(alice, strict, propose("One", "Two", input_key="input-1"))[0]
    two = approve(alice, strict, propose("Three", "Four", group_key="source-1"))[0]
    GoldItem.objects.filter(pk=one.pk).update(split="train")
    GoldItem.objects.filter(pk=two.pk).update(split="test")
    (kin,) = approve(alice, strict, propose("Five", "Six", input_key="input-1"))
    assert kin.split == "train"
    torn = propose("Seven", "Eight", input_key="input-1", group_key="source-1")
    assert failed(torn) == ["split_isolation"]


def test_what_brought_an_item_follows_from_its_way_and_can_be_said(alice, strict, study, propose):
    candidate = propose("One", "Two")
    assert candidate.source == Source.EXPERT
    set_source(actor=alice, dataset=strict, uids=[candidate.uid], source=Source.REGRESSION)
    candidate.refresh_from_db()
    assert candidate.source == Source.REGRESSION
    item = settle(factories.make_item(study))
    items = Item.objects.filter(pk=item.pk)
    (made,) = propose_items(
        actor=alice, dataset=strict, items=items, now=NOON, source=Source.DOWN_VOTE
    )
    assert made.source == Source.DOWN_VOTE
    with pytest.raises(InvalidError, match="“rumour” brings nothing"):
        set_source(actor=alice, dataset=strict, uids=[candidate.uid], source="rumour")


def test_more_candidates_need_no_more_queries(propose, strict, django_assert_max_num_queries):
    for number in range(6):
        propose(f"Question {number}", f"Answer {number}")
    found = list(with_all(strict.candidates.all()))
    with django_assert_max_num_queries(20):
        assert len(check(strict, found)) == 6


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n \n", "No input key"),
        ("x" * 256, "Line 1 is no input key: one has at most 255"),
        ("a\n\x00", "Line 2 holds a NUL or half"),
        ("a\n\ud800", "Line 2 holds a NUL or half"),
    ],
)
def test_lines_that_are_no_keys_are_named(text, words):
    with pytest.raises(InvalidError, match=words):
        read_keys(text)


def test_many_are_checked_and_admitted_in_the_background(alice, strict, propose, monkeypatch):
    monkeypatch.setattr("gold.services.checking.AT_ONCE", 0)
    candidate = propose(JAPANESE)
    assert candidate.outcome == Candidate.Outcome.UNCHECKED
    run_pending_jobs()
    assert failed(candidate) == []
    assert candidate.outcome == Candidate.Outcome.PASSES
    request_admission(actor=alice, dataset=strict)
    (job,) = run_pending_jobs()
    assert job.result["admitted"] == 1
    assert strict.gold_items.count() == 1


def test_long_candidates_are_looked_at_few_at_a_time(propose, strict, monkeypatch):
    keys = [propose(f"{n} {'word ' * 20}", "Yes.").pk for n in range(4)]
    monkeypatch.setattr(gate, "CHARACTERS", 250)
    assert list(in_batches(keys)) == [keys[:2], keys[2:]]
    monkeypatch.setattr(gate, "CHARACTERS", 10)
    assert list(in_batches(keys)) == [[key] for key in keys]


def test_duplicates_are_found_however_few_texts_are_read_at_once(
    alice, strict, propose, monkeypatch
):
    gold = [propose(JAPANESE, f"{n}番の答えはここにあります。") for n in range(5)]
    approve(alice, strict, *gold, against="To have many that are alike.")
    sketch = {1: Sketch.of(said(JAPANESE, "3番の答えはここにあります。"))}
    whole = most_alike(strict, sketch)
    monkeypatch.setattr(near_index, "TEXTS", 1)
    assert most_alike(strict, sketch) == whole
    assert whole[1].similarity == 1
    assert whole[1].gold_item == str(strict.gold_items.get(candidate=gold[3]).uid)
