"""What lets an output pass when people judge it, for every kind of question."""

import pytest
from django.urls import reverse

from annotation.models import Criterion, Verdict
from annotation.services.raters import rater_for
from core.scales import Kind, Level, Target
from gold.models import RunStudy
from gold.runs.bars import Bar, bar_of, bars_of
from gold.runs.outcomes import judged
from gold.runs.shown import report_of
from gold.services.run_studies import put_outputs_before_raters
from tests import factories
from tests.gold.brought import bring

How = RunStudy.How
WORDS = factories.points("warm", "cold", "none")
RUBRIC = {
    "helpful": {},
    "tone": {"kind": Kind.NOMINAL, "level": Level.NOMINAL, "points": WORDS},
    "harm": {
        "kind": Kind.BINARY, "level": Level.NOMINAL, "points": factories.points("no", "yes"),
    },
    "share": {
        "kind": Kind.NUMERIC, "level": Level.RATIO, "points": [], "minimum": 0, "maximum": 100,
    },
    "faults": {"kind": Kind.MULTI, "level": Level.NOMINAL, "points": WORDS},
    "turns": {"target": Target.TURN},
    "passages": {"target": Target.PASSAGE},
    "why": {"kind": Kind.TEXT, "level": "", "points": []},
    "own": {"kind": Kind.MULTI, "level": Level.NOMINAL, "points": [], "points_from": "points"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("how", "number", "passing", "failing"),
    [
        (How.LEAST, None, [(1, None), (2, None), (None, 1.5)], [(0, None), (None, 0.9)]),
        (How.IS, None, [(1, None)], [(0, None), (2, None)]),
        (How.NUMBER, 2.5, [(None, 2.5), (None, 3.0)], [(None, 2.4)]),
        (How.NONE, None, [(0, None)], [(1, None), (6, None)]),
        (How.WITHOUT, None, [(0, None), (5, None)], [(2, None), (7, None)]),
        (How.WITH, None, [(2, None), (7, None)], [(0, None), (5, None)]),
    ],
)
def test_what_people_settled_passes_or_fails(how, number, passing, failing):
    bar = Bar(Criterion(key="x"), how, 1, number)
    assert all(bar.lets_pass(*one) is True for one in passing)
    assert all(bar.lets_pass(*one) is False for one in failing)
    assert bar.lets_pass(None, None) is None


@pytest.fixture
def study(project):
    version = factories.make_rubric_version(factories.make_rubric(project), criteria=RUBRIC)
    return factories.make_study(project, version)


@pytest.fixture
def settled(study):
    """Makes another item of which one criterion is settled."""

    def make(**said):
        conversation = factories.make_conversation(study.project, **said)
        item = factories.make_item(study, conversation, state="settled", settled_at=factories.NOON)
        by = [factories.make_rating(item, scores={"helpful": 3}) for _rater in range(2)]
        Verdict.objects.create(
            item=item,
            criterion=study.rubric_version.criteria.get(key="helpful"),
            value=3,
            rating_uids=[str(one.uid) for one in by],
            source="consensus",
        )
        return item

    return make


@pytest.fixture
def run(publish):
    return bring(publish(2), [True, True]).run


def named(run, key):
    return [bar for _version, bars in bars_of(run.release) for bar in bars if _key(bar) == key]


def _key(bar):
    return bar.criterion.key


@pytest.mark.django_db
def test_every_kind_that_judges_one_answer_can_be_chosen(run):
    words = {key: [bar.words for bar in named(run, key)] for key in RUBRIC}
    assert words["harm"] == ["Harm: Yes", "Harm: No"]
    assert words["tone"] == ["Tone: None", "Tone: Cold", "Tone: Warm"]
    assert words["share"] == ["Share ≥ …"]
    assert words["faults"][:2] == ["Faults: none of the labels", "Faults: not “Warm”"]
    assert (len(words["helpful"]), len(words["turns"])) == (4, 4)
    assert not words["passages"] + words["why"] + words["own"]
    assert len({bar.name for key in RUBRIC for bar in named(run, key)}) == sum(
        map(len, words.values())
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "how", "place", "said"),
    [
        ("harm", How.IS, 0, [{"value": 0}, {"value": 1}]),
        ("share", How.NUMBER, 0, [{"number": 50.0}, {"number": 49.5}]),
        ("faults", How.NONE, 0, [{"value": 0}, {"value": 3}]),
        ("turns", How.LEAST, 2, [{"value": 2, "turn": 1}, {"value": 1, "turn": 1}]),
    ],
)
def test_a_run_is_judged_by_what_people_settle(run, alice, project, key, how, place, said):
    bar = next(one for one in named(run, key) if (one.how, one.at_least) == (how, place)).at(50.0)
    made = put_outputs_before_raters(
        actor=None, run=run, bar=bar, which="all", size=2, seed=7, overlap=1, now=factories.NOON,
        raters=[rater_for(alice, project)],
    )  # fmt: skip
    for item, fields in zip(made.study.items.order_by("seq"), said, strict=True):
        Verdict.objects.create(
            item=item, criterion=bar.criterion, source="consensus", **{"value": None, **fields}
        )
        if key == "turns":  # what was asked before counts for nothing
            Verdict.objects.create(
                item=item, criterion=bar.criterion, source="consensus", value=4, turn=0
            )
    found = judged(run).people
    by_uid = {str(one.gold_item.uid): found[one.gold_item_id].passed for one in run.outputs.all()}
    order = {str(one.uid): one.seq for one in made.study.items.all()}
    sample = sorted(made.sample, key=lambda one: order[one["item"]])
    assert [by_uid[one["gold"]] for one in sample] == [True, False]
    assert report_of(run, None, by="people").share.value == 0.5


@pytest.mark.django_db
def test_a_number_is_asked_for_where_the_answer_is_one(run, client, alice):
    client.force_login(alice)
    share = named(run, "share")[0]
    given = {
        "which": "all", "size": 1, "seed": 3, "overlap": 1, "bar": share.name,
        "raters": [alice.memberships.get().pk],
    }  # fmt: skip
    address = reverse("gold:run_rate", args=[run.uid])
    for wrong in ({}, {"number": 0}, {"number": 101}, {"number": "much"}):
        assert client.post(address, {**given, **wrong}).status_code == 422
    client.post(address, {**given, "number": 80})
    made = run.studies.get()
    assert (made.how, made.number) == (How.NUMBER, 80.0)
    assert bar_of(made).words == "Share ≥ 80"
    shown = client.get(reverse("gold:run", args=[run.uid])).content.decode()
    assert "passes: Share ≥ 80" in shown
