"""The files people really have, in their original form, through the command."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Count

from conversations.models import Conversation, Variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def import_real(shared_data, project):
    def run(name):
        out = StringIO()
        call_command(
            "import_conversations",
            shared_data / name,
            project=str(project.uid),
            format="json",
            stdout=out,
        )
        return json.loads(out.getvalue())

    return run


def test_mtrag(import_real):
    name = "mtrag_human_eval/reference_subset_with_human_evaluations.json.gz"
    answer = import_real(name)
    assert answer["refused"] == 0
    by_variant = Conversation.objects.values("variant__name").annotate(n=Count("pk"))
    assert len(by_variant) == 3
    assert len({row["n"] for row in by_variant}) == 1
    assert Conversation.objects.values("group_key").distinct().count() == 20
    assert any(turn.get("passages") for turn in Conversation.objects.first().turns)
    assert import_real(name)["unchanged"] == answer["new"]


def test_dbdc3(import_real):
    answer = import_real("dbdc3_ja")
    assert answer["new"] > 0
    assert answer["refused"] == 0
    assert set(Conversation.objects.values_list("language", flat=True)) == {"ja"}


def test_realpersonachat_has_five_variants_with_their_prompts(import_real):
    answer = import_real("realpersonachat_llm")
    assert answer["refused"] == 0
    variants = Variant.objects.all()
    assert len({variant.name for variant in variants}) == 5
    assert all(variant.prompt or variant.parameters["prompts"] for variant in variants)
