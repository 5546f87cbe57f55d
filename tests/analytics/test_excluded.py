import csv
import json
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from analytics.reports import pdf
from analytics.reports.agreement import agreement_of
from analytics.reports.rater_words import flag_lines, flag_words
from analytics.reports.snapshots import take_snapshot
from annotation.models import Item, StudyRater
from annotation.services.exclusion import exclude_rater, settled_with, take_in_again
from core.errors import DomainError
from tests import factories
from tests.factories import NOON


@pytest.fixture
def study(rated):
    """Two raters agree on everything, the third never."""
    study = rated([[n % 5, n % 5, (n + 2) % 5] for n in range(10)])
    for rater in study.project.raters.all():
        factories.make_study_rater(study, rater)
    return study


@pytest.fixture
def third(study) -> StudyRater:
    return study.study_raters.get(rater__key="rater-2")


def exclude(alice, chair: StudyRater, now: datetime = NOON) -> None:
    exclude_rater(actor=alice, study_rater=chair, reason="Guesses.", now=now)


def test_figures_stand_with_and_without(alice, study, third):
    exclude(alice, third)
    [part] = agreement_of(study, replicates=20).as_data()
    without = part["without_excluded"]
    assert part["coefficients"]["krippendorff_alpha"]["value"] < 0.6
    assert without["coefficients"]["krippendorff_alpha"]["value"] == pytest.approx(1)
    assert (without["n_excluded"], without["n_raters"], without["n_ratings"]) == (1, 2, 20)


def test_without_an_exclusion_nothing_stands_beside(study):
    assert agreement_of(study, replicates=20).as_data()[0]["without_excluded"] is None


def test_free_numbers_are_counted_without_too(alice, project):
    version = factories.make_rubric_version(
        factories.make_rubric(project),
        criteria={"minutes": {"kind": "numeric", "level": "ratio", "points": []}},
    )
    study = factories.make_study(project, version)
    chairs = [factories.make_study_rater(study, factories.make_rater(project)) for _n in range(3)]
    for n in range(6):
        item = factories.make_item(study)
        for chair, minutes in zip(chairs, (1.5 * n, 1.5 * n, 40.0), strict=True):
            factories.make_rating(item, chair.rater, {"minutes": minutes})
    exclude(alice, chairs[2])
    [part] = agreement_of(study, replicates=20).as_data()
    found = part["without_excluded"]["coefficients"]["krippendorff_alpha"]
    assert found["value"] == pytest.approx(1)


def test_the_page_the_json_and_the_command_tell_both(alice, study, third, signed_in, capsys):
    exclude(alice, third)
    take_snapshot(study, now=NOON, replicates=20)
    client = signed_in(alice)
    page = client.get(reverse("analytics:agreement", args=[study.uid])).content.decode()
    assert "With and without the raters who are left out" in page
    [told] = json.loads(client.get(reverse("analytics:agreement_json", args=[study.uid])).content)
    assert told["without_excluded"]["n_excluded"] == 1
    answer = client.get(reverse("api:agreement", args=[study.uid])).json()
    assert answer["criteria"][0]["without_excluded"]["n_raters"] == 2
    call_command("agreement", study=str(study.uid), format="json", replicates=20)
    assert json.loads(capsys.readouterr().out)[0]["without_excluded"]["n_excluded"] == 1


def test_the_command_tells_both_in_words_too(alice, study, third, capsys):
    exclude(alice, third)
    call_command("agreement", study=str(study.uid), replicates=20)
    told = capsys.readouterr().out.splitlines()
    start = told.index("  without 1 left out: 2 raters, 20 ratings")
    assert told[start + 1].strip().startswith("krippendorff_alpha 1.0000")


def test_an_exclusion_is_a_decision_with_its_reason(alice, study, third):
    exclude(alice, third)
    third.refresh_from_db()
    assert (third.excluded_by, third.excluded_because, third.paused) == (alice, "Guesses.", True)
    take_in_again(actor=alice, study_rater=third)
    third.refresh_from_db()
    assert (third.excluded_at, third.excluded_because, third.paused) == (None, "", False)


def test_taking_in_again_leaves_another_pause_alone(alice, study, third):
    third.paused = True
    third.save()
    exclude(alice, third)
    take_in_again(actor=alice, study_rater=third)
    assert third.paused


def test_without_a_reason_nobody_is_left_out(alice, third):
    with pytest.raises(DomainError, match="Say why"):
        exclude_rater(actor=alice, study_rater=third, reason=" ", now=NOON)


def test_what_stays_is_said_beforehand(alice, study, third, signed_in):
    Item.objects.filter(pk=study.items.first().pk).update(state=Item.State.SETTLED)
    url = reverse("annotation:rater_exclude", args=[study.uid, third.rater.uid])
    page = signed_in(alice).get(url).content.decode()
    assert "1 settled item rests in part on this rater’s ratings; its verdict stays." in page
    assert settled_with(third).count() == 1


def test_a_report_says_that_who_is_left_out_has_changed_since(alice, study, third, signed_in):
    def page():
        url = reverse("analytics:agreement", args=[study.uid])
        return signed_in(alice).get(url).content.decode()

    words = "who is left out has changed since"
    take_snapshot(study, now=NOON, replicates=20)
    assert words not in page()
    exclude(alice, third, NOON + timedelta(minutes=1))
    assert words in page()
    take_snapshot(study, now=NOON + timedelta(minutes=2), replicates=20)
    assert words not in page()
    third.refresh_from_db()
    take_in_again(actor=alice, study_rater=third)
    assert words in page()


def test_flags_stand_on_the_quality_page(alice, study, signed_in):
    take_snapshot(study, now=NOON, replicates=200)
    url = reverse("analytics:rater_flags", args=[study.uid])
    page = signed_in(alice).get(url).content.decode()
    part = signed_in(alice).get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in page
    assert "<html" not in part
    assert part.count("<tr>") == 4


def test_a_flag_is_told_once_and_names_the_criteria_unless_it_holds_everywhere():
    def rated(criterion, *flags):
        line = {"rater": "r", "seconds": 1, "flags": flags}
        return {"criterion": criterion, "name": {"en": criterion}, "raters": [line]}

    data = {
        "criteria": [rated("A", "fast"), rated("B", "fast", "apart"), rated("C", "fast", "apart")]
    }
    (line,) = flag_lines(data, {"r": "Bob"})
    assert line.flags == [("B, C", flag_words(["apart"])), ("", flag_words(["fast"]))]
    (line,) = flag_lines({"criteria": data["criteria"][:1]}, {"r": "Bob"})
    assert line.flags == [("A", flag_words(["fast"]))]


def test_in_brief_as_in_the_report_without_too(alice, study, third, capsys):
    study.study_raters.update(n_submitted=10)
    exclude(alice, third)
    [whole] = agreement_of(study, replicates=20).as_data()
    call_command("agreement", study=str(study.uid), brief=True, format="json", replicates=20)
    [brief] = json.loads(capsys.readouterr().out)
    for name in ("n_excluded", "n_raters", "n_ratings", "n_items"):
        assert brief["without_excluded"][name] == whole["without_excluded"][name], name
    for name, found in brief["without_excluded"]["coefficients"].items():
        assert found == whole["without_excluded"]["coefficients"][name], name


def test_the_table_holds_both(alice, study, third, signed_in):
    exclude(alice, third)
    take_snapshot(study, now=NOON, replicates=20)
    file = signed_in(alice).get(reverse("analytics:agreement_csv", args=[study.uid])).content
    rows = [*csv.DictReader(file.decode().splitlines())]
    alphas = [one for one in rows if one["coefficient"] == "krippendorff_alpha"]
    assert [(one["n_excluded"], one["n_raters"], one["n_ratings"]) for one in alphas] == [
        ("0", "3", "30"),
        ("1", "2", "20"),
    ]
    assert float(alphas[1]["value"]) == pytest.approx(1)


def test_the_sheet_for_print_shows_both(alice, study, third, signed_in, monkeypatch):
    exclude(alice, third)
    take_snapshot(study, now=NOON, replicates=20)
    heads = []
    drawn = pdf.table
    monkeypatch.setattr(pdf, "table", lambda *given: heads.append(given[2]) or drawn(*given))
    file = signed_in(alice).get(reverse("analytics:agreement_pdf", args=[study.uid])).content
    assert file.startswith(b"%PDF")
    assert any("Alpha without" in head for head in heads)
