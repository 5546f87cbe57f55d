"""What became of the demonstration's gold after its first release.

People judge outputs of a run, some of these become gold, a sample of labels is rated once more, and
a second release says all of it. The raters are simulated, as everywhere in the demonstration.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from accounts.models import User
from annotation.models import Assignment, RubricVersion, Study
from fixtures.floor import judge
from gold.demo_desks import Sitter, answers_from, conversation_of, seat, take_turns, widen
from gold.demo_people import Demo, latent
from gold.demo_quality import rate
from gold.demo_runs import RULE, said_by, store_answers
from gold.models import Candidate, GoldDataset, Release, Run
from gold.runs.bars import bars_of
from gold.runs.people import CHANGED
from gold.services.admitting import admit
from gold.services.audits import create_audit, finish_audit
from gold.services.candidates import propose_settled, retire
from gold.services.releases import publish_release
from gold.services.run_studies import put_outputs_before_raters

SEED = 20261120
PUT = datetime(2026, 11, 19, 1, 0, tzinfo=UTC)
AUDITED = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
SECOND = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
OUTPUTS, OUTPUT_RATERS = 12, 2
AUDIT_ITEMS, AUDIT_RATERS = 12, 1
FOURTH = 3  # the point from which people let an output pass, counted from 0
READ_BOTH = ("佐藤 美咲", "田中 健一", "Jonas Weber")
"""Raters of both languages: neither study has lanes."""


def grow(demo: Demo, manager: User, dataset: GoldDataset, version: RubricVersion) -> Release:
    runs = list(Run.objects.filter(release__dataset=dataset).order_by("pk"))
    study = judge_outputs(demo, manager, runs[-1])
    audit_labels(demo, manager, dataset, version)
    admit_more(manager, dataset, study)
    release = publish_release(
        actor=manager, dataset=dataset, now=SECOND, note="With answers that changed."
    )
    store_answers(manager, release, runs[-1].variant, SECOND + timedelta(days=1))
    return release


def judge_outputs(demo: Demo, manager: User, run: Run) -> Study:
    """Outputs that the simulated judge calls fixed or broken, by two people each."""
    bars = [bar for _version, bars in bars_of(run.release) for bar in bars]
    bar = next(one for one in bars if (one.criterion.key, one.at_least) == (RULE.criterion, FOURTH))
    raters = demo.raters()
    made = put_outputs_before_raters(
        actor=manager,
        run=run,
        bar=bar,
        which=CHANGED,
        size=OUTPUTS,
        seed=SEED,
        overlap=OUTPUT_RATERS,
        raters=[raters[name] for name in READ_BOTH],
        now=PUT,
    )
    widen(manager, made.study)
    names = {key: one["id"] for key, one in said_by(run.variant).items()}

    def rate_output(sitter: Sitter, assignment: Assignment) -> None:
        conversation = assignment.item.conversation
        hidden = latent()[names[conversation.input_key]]
        said = judge(sitter.simulated, conversation_of(assignment.item), hidden, sitter.random)
        sitter.submit(assignment, answers_from(said.scores), said.seconds, said.comment)

    sit(demo, made.study, rate_output, PUT)
    return made.study


def audit_labels(demo: Demo, manager: User, dataset: GoldDataset, version: RubricVersion) -> None:
    """The estimate is taken if every item came to a verdict, as it must be."""
    raters = demo.raters()
    audit = create_audit(
        actor=manager,
        dataset=dataset,
        version=version,
        size=AUDIT_ITEMS,
        seed=SEED,
        overlap=AUDIT_RATERS,
        raters=[raters[name] for name in READ_BOTH],
        now=AUDITED,
    )
    sit(demo, audit.study, rate, AUDITED)
    finish_audit(actor=manager, audit=audit, now=AUDITED + timedelta(days=1))


def sit(
    demo: Demo, study: Study, rate_one: Callable[[Sitter, Assignment], None], at: datetime
) -> None:
    """Everybody at their desk until nothing is left; who rates alone does not abstain."""
    raters = demo.raters()
    sitters = [seat(study, raters[name], at=at, seed=SEED) for name in READ_BOTH]
    for sitter in sitters:
        sitter.simulated = replace(sitter.simulated, abstains=0.0)
    take_turns(sitters, rate_one, study.items.count())


def admit_more(manager: User, dataset: GoldDataset, study: Study) -> None:
    """What passes by now, outputs among them; the oldest item is retired."""
    propose_settled(actor=manager, dataset=dataset, study=study, now=SECOND)
    passing = dataset.candidates.filter(
        state=Candidate.State.WAITING, outcome=Candidate.Outcome.PASSES
    )
    uids = list(passing.order_by("pk").values_list("uid", flat=True))
    admit(actor=manager, dataset=dataset, uids=uids, now=SECOND)
    oldest = dataset.gold_items.earliest("pk")
    reason = "Pods are no longer returned this way."
    retire(actor=manager, gold_item=oldest, reason=reason, now=SECOND)
