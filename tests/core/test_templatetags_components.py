import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

TEMPLATES = Path(settings.BASE_DIR) / "templates"
SHEETS = Path(settings.BASE_DIR) / "static" / "css"

PASSAGE = {
    "id": "p1",
    "title": "Returns",
    "text": "Within 30 days.",
    "source": "a.md",
    "score": 0.5,
}
TURNS = [
    {"id": "t0", "role": "system", "content": "Secret prompt."},
    {"id": "t1", "role": "user", "content": "*May* I return it?"},
    {"id": "t2", "role": "assistant", "content": "*Yes.*", "passages": [PASSAGE]},
]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def conversation(**options: object) -> str:
    return render_to_string("components/_conversation.html", {"turns": TURNS, **options})


def test_a_blind_conversation_hides_system_turns_titles_sources_and_scores():
    html = conversation(blind=True)
    for hidden in ("Secret prompt", "Returns", "a.md", "0.500"):
        assert hidden not in html
    assert "Within 30 days." in html


def test_an_open_conversation_shows_where_its_passages_come_from():
    html = conversation()
    for shown in ("Secret prompt", "Returns", "a.md", "0.500"):
        assert shown in html


def test_only_the_rated_turn_stands_on_a_sheet():
    html = conversation(rated=2, blind=True)
    assert re.findall(r'class="turn (\w+) rated" id="([\w-]+)"', html) == [("assistant", "turn-2")]


def test_an_answer_is_laid_out_and_a_question_is_shown_as_typed():
    html = conversation()
    assert "<em>Yes.</em>" in html
    assert "*May* I return it?" in html


class SampleForm(forms.Form):
    name = forms.CharField(help_text="Shown in the bar.")
    how = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField()


@pytest.mark.parametrize("name", ["name", "how", "agreed"])
def test_a_field_names_its_error_to_those_who_listen(name):
    field = SampleForm({"name": ""})[name]
    html = render_to_string("components/_field.html", {"field": field})
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    for identifier in described.group(1).split():
        assert f'id="{identifier}"' in html


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "422.html", "500.html"])
def test_an_error_page_needs_nothing_and_shows_the_way_out(template):
    assert 'href="/"' in render_to_string(template, {})


def test_a_refusal_shows_its_sentence_as_text():
    error = {"message": "Row <b>17</b> is refused.", "fields": {}}
    assert "Row &lt;b&gt;17&lt;/b&gt; is refused." in render_to_string("422.html", {"error": error})


def test_a_running_job_asks_again_and_a_finished_one_does_not():
    job = {"uid": "1", "state": "running", "done": 3, "total": 9, "is_finished": False}
    running = render_to_string("components/_job_progress.html", {"job": job, "url": "/jobs/1/"})
    job |= {"state": "done", "is_finished": True}
    done = render_to_string("components/_job_progress.html", {"job": job, "url": "/jobs/1/"})
    assert "hx-get" in running
    assert "hx-get" not in done


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_a_template_holds_no_inline_style_or_script(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)


@pytest.mark.parametrize("sheet", sorted(SHEETS.glob("*.css")), ids=lambda path: path.name)
def test_only_the_tokens_hold_raw_colours(sheet):
    source = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    raw = re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch)\(", source)
    assert sheet.name == "tokens.css" or raw == []
