"""An answer that people judged poor is taken for a right one only where nobody asks for better."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core.errors import InvalidError
from gold.exports import FORMATS, format_named
from gold.exports.manifest import verify_folder
from jobs.models import Job
from jobs.testing import run_pending_jobs
from tests.gold_payloads import conversation, files, label, payload, said, source_of

EXPECTING = [form.key for form in FORMATS.values() if form.expects]


def judged(value, **more):
    return payload(f"Is {value} good?", f"It is {value}.", labels={"helpful": value}, **more)


def answers_in(found):
    return "".join(text.decode() for name, text in found.items() if name.endswith("jsonl"))


ITEMS = [
    judged(label("bad")),
    judged(label("fair")),
    judged(label("good")),
    payload("Other?", "Bad.", labels={"helpful": label("bad")},
            expected={"text": "It is corrected.", "source": "corrected"}),
    payload("Brought?", "Bad.", labels={"helpful": label("bad")},
            expected={"text": "It is brought.", "source": "reference"}),
]  # fmt: skip


@pytest.mark.parametrize("key", EXPECTING)
def test_answers_judged_lower_are_left_out_and_what_somebody_wrote_stays(key):
    found, tally = files(key, *ITEMS, bar="helpful=fair")
    assert (tally.items, tally.left_out) == (4, {"below_bar": 1})
    assert tally.expected == {"approved": 2, "corrected": 1, "reference": 1}
    told = answers_in(found)
    for one in ("corrected", "brought"):
        assert f"It is {one}." in told
    assert "'bad'" not in told
    readme = found["README.md"].decode()
    assert "1 whose answer was judged lower, and nobody wrote a better one" in readme
    assert "2 that people judged, as good or bad as their labels say" in readme
    assert json.loads(found["manifest.json"])["part"] == {"answers": "helpful=fair"}


@pytest.mark.parametrize("key", EXPECTING)
def test_without_a_least_label_all_are_there_and_the_notes_say_whose_they_are(key):
    found, tally = files(key, *ITEMS)
    assert (tally.items, tally.left_out) == (5, {})
    assert "3 that people judged, as good or bad as their labels say" in found["README.md"].decode()


@pytest.mark.parametrize(
    ("labels", "bar", "is_in"),
    [
        ({"tone": label("warm")}, "tone=warm", True),
        ({"tone": label("cold")}, "tone=warm", False),  # of no order: that point alone
        ({"tone": label("cold")}, "helpful=bad", False),  # nobody judged that
        ({"tone": label(["cold", "warm"])}, "tone=warm", True),
        ({"helpful": [label("bad", turn=1), label("good", turn=3)]}, "helpful=good", True),
        ({"helpful": [label("good", turn=1), label("bad", turn=3)]}, "helpful=good", False),
        ({"helpful": label("good")}, "unheard=of", False),
    ],
)
def test_the_label_is_that_of_the_answer_that_is_expected(labels, bar, is_in):
    first = conversation(said("One?", "One.", "Two?", "Two."))
    _found, tally = files("openai_chat", payload(first=first, labels=labels), bar=bar)
    assert tally.items == is_in


def test_a_mean_of_points_is_held_against_the_number_of_the_least():
    criterion = source_of().rubrics["r-1"]["helpful"]
    numbered = {"r-1": {"helpful": type(criterion)("helpful", {}, "ordinal", ("1", "2", "3"))}}
    for value, is_in in ((2.5, True), (1.5, False)):
        source = source_of(payload(labels={"helpful": label(value)}), bar="helpful=2")
        object.__setattr__(source, "rubrics", numbered)
        form = FORMATS["inspect"]
        tally = type(files("inspect")[1])()
        b"".join(form.write(source, tally))
        assert tally.items == is_in


def test_a_folder_says_the_name_of_a_file_that_is_there():
    found, _tally = files("openai_chat", judged(label("good")))
    assert 'open("test.jsonl", "rb")' in found["README.md"].decode()
    both = [judged(label("good")), judged(label("fair"), split="train")]
    assert 'open("train.jsonl", "rb")' in files("openai_chat", *both)[0]["README.md"].decode()


@pytest.mark.parametrize("key", sorted(set(FORMATS) - set(EXPECTING)))
def test_a_format_that_expects_nothing_takes_no_least_label(key):
    with pytest.raises(InvalidError, match="takes no answer for the right one"):
        format_named(key, bar="helpful=good")


@pytest.mark.django_db
def test_the_page_the_api_and_the_command_ask_for_the_same(
    client, alice, publish, tmp_path, capsys
):
    release = publish(3)
    named = f"{release.dataset.project.team.slug}/{release.dataset.slug}"
    known = {"helpful=4": 3, "helpful=5": 0}  # all were judged "4"
    for bar, n in known.items():
        out = tmp_path / bar
        call_command("export_gold", named, to="openai_chat", out=out, answers=bar)
        assert verify_folder(out).n_items == n
        assert f"Wrote {n} items" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Choose one of helpful=1, helpful=2"):
        call_command("export_gold", named, to="openai_chat", out=tmp_path / "x", answers="x=1")
    client.force_login(alice)
    page = client.get(release.get_absolute_url()).content.decode()
    assert 'value="helpful=5"' in page
    there = reverse("gold:export", args=[release.uid])
    assert client.post(there, {"form": "openai_chat", "answers": "x=1"}).status_code == 422
    client.post(there, {"form": "openai_chat", "answers": "helpful=5"})
    run_pending_jobs()
    result = Job.objects.get(runner="gold.tasks.run_export").result
    assert (result["items"], result["left_out"]) == (0, {"below_bar": 3})
    assert "helpful-5" in result["name"]
    url = reverse("api:release_export", args=[release.uid])
    asked = {"format": "inspect", "answers": "helpful=5"}
    assert "helpful-5" in client.get(url, asked)["Content-Disposition"]
    assert client.get(url, asked | {"answers": "x=1"}).status_code == 422
    client.post(there, {"form": "csv", "answers": "helpful=5"})  # has labels of its own
    run_pending_jobs()
    assert Job.objects.filter(runner="gold.tasks.run_export").count() == 2
