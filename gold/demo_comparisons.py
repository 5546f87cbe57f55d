"""Answers compared in the demonstration: pairs, also by end users, and answers put in order."""

from datetime import UTC, datetime, timedelta

from accounts.models import User
from annotation.consent import DEFAULT
from annotation.link_tokens import new_code
from annotation.models import Assignment, RubricVersion
from annotation.ranking_forms import ranked
from annotation.ranking_page import answers_of_item
from annotation.rankings import answers_of
from annotation.rating_page import questions_for
from annotation.services.draws import draw_items
from annotation.services.links import join, make_link
from annotation.services.studies import create_study, open_study
from fixtures.floor import CUSTOMER, prefer, rank
from gold.demo_desks import Sitter, answers_from, as_fixture, seat, take_turns
from gold.demo_people import Demo, latent

SEED = 20261118
PREPARED = datetime(2026, 11, 17, 8, 0, tzinfo=UTC)
COMPARED = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
RANKED = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)
STAYS_OPEN = 30  # days from the load on

PAIRS, RATERS_A_PAIR, EACH, CUSTOMERS = 18, 4, 8, 4
READERS = ("佐藤 美咲", "田中 健一", "高橋 葵", "Jonas Weber")
RANKINGS, RANKED_EACH, FEWEST, MOST = 8, 5, 2, 4
RANKERS = ("佐藤 美咲", "田中 健一", "Jonas Weber", "Priya Raman")


def customers_study(demo: Demo, manager: User, version: RubricVersion, now: datetime) -> None:
    """Pairs of the three variants, rated by raters and by customers who came by a link."""
    study = create_study(
        actor=manager,
        project=demo.project,
        name="どちらの回答がよいか（日本語）",
        rubric_version=version,
        overlap=RATERS_A_PAIR,
    )
    draw_items(
        actor=manager, study=study, size=PAIRS, seed=SEED, now=PREPARED, where="language == ja",
        per_input=1,
    )  # fmt: skip
    open_study(actor=manager, study=study, now=PREPARED)
    link = make_link(
        actor=manager,
        study=study,
        name="Newsletter readers",
        quota=50,
        items_each=EACH,
        minutes=10,
        days=max(0, (now - PREPARED).days) + STAYS_OPEN,
        consent=DEFAULT,
        now=PREPARED,
    )
    raters = demo.raters()
    sitters = []
    for place, name in zip(range(CUSTOMERS), READERS, strict=True):
        came = COMPARED + timedelta(minutes=7 * place)
        customer = join(link=link, code=new_code(), language="ja", now=came).rater
        sitters.append(seat(study, raters[name], at=COMPARED, seed=SEED))
        sitters.append(seat(study, customer, at=came, seed=SEED + place, as_=CUSTOMER))
    take_turns(sitters, compare, EACH)


def compare(sitter: Sitter, assignment: Assignment) -> None:
    pair = [as_fixture(one) for one in answers_of_item(assignment.item)]
    said = prefer(sitter.simulated, pair, latent(), sitter.random)
    sitter.submit(assignment, answers_from(said.scores), said.seconds)


def ranking_study(demo: Demo, manager: User, version: RubricVersion) -> None:
    """Three answers put in order by two raters, or by up to four where these disagree."""
    study = create_study(
        actor=manager,
        project=demo.project,
        name="Three answers in order",
        rubric_version=version,
        overlap=FEWEST,
        overlap_max=MOST,
    )
    draw_items(
        actor=manager, study=study, size=RANKINGS, seed=SEED, now=PREPARED,
        where="language == en", answers=3,
    )  # fmt: skip
    raters = demo.raters()
    sitters = [seat(study, raters[name], at=RANKED, seed=SEED) for name in RANKERS]
    study = open_study(actor=manager, study=study, now=PREPARED)
    for sitter in sitters:
        sitter.chair.study = study
    take_turns(sitters, put_in_order, RANKED_EACH)


def put_in_order(sitter: Sitter, assignment: Assignment) -> None:
    shown = [as_fixture(one) for one in answers_of_item(assignment.item)]
    ranks, seconds = rank(sitter.simulated, shown, latent(), sitter.random)
    answers = {
        name: answer
        for _key, questions in ranked(questions_for(assignment))
        for name, answer in answers_of(questions, ranks).items()
    }
    sitter.submit(assignment, answers, seconds)
