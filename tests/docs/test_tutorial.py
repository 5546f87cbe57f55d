"""The commands of the tutorial run as they are printed."""

import re
import shlex

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Project, User
from annotation.models import Item, Verdict
from annotation.rubric_templates import template
from annotation.services.rubrics import create_rubric, publish_version
from annotation.services.studies import create_study
from gold.models import GoldItem
from gold.services.candidates import approve_candidates, create_dataset, propose_settled
from gold.services.releases import publish_release
from tests import factories
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "tutorial" / "from-a-file-to-a-release.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^manage\.py (.+)$", PAGE, re.MULTILINE)
NOW = timezone.now()


def run(name: str, **replaced: str) -> None:
    """The tutorial's command of that name, word for word but for what a reader fills in."""
    (line,) = (one for one in COMMANDS if one.split()[0] == name)
    words = [replaced.get(word, word) for word in shlex.split(line)]
    call_command(*words)


@pytest.mark.django_db(transaction=True)
def test_the_commands_lead_from_a_file_to_a_release(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("TOUCHSTONE_PASSWORD", factories.PASSWORD)
    monkeypatch.chdir(ROOT)
    run("create_team")
    project, owner = Project.objects.get(), User.objects.get()
    run("import_conversations")
    draft = create_rubric(actor=owner, project=project, data=template("good_dialogue"))
    version = publish_version(actor=owner, version=draft, now=NOW)
    study = create_study(actor=owner, project=project, name="First round", rubric_version=version)
    run("draw")
    assert study.items.count() == 30
    settle_first(study)
    run("agreement")
    dataset = create_dataset(actor=owner, project=project, name="Gold")
    propose_settled(actor=owner, dataset=dataset, study=study, now=NOW)
    uids = list(dataset.candidates.values_list("uid", flat=True))
    approve_candidates(actor=owner, dataset=dataset, uids=uids, now=NOW)
    publish_release(actor=owner, dataset=dataset, now=NOW)
    path = str(tmp_path / "release.jsonl")
    run("export_gold", **{"release.jsonl": path})
    run("verify_release", **{"release.jsonl": path})
    run("why", GOLD_ITEM=str(GoldItem.objects.get().uid))
    assert "every hash matches" in capsys.readouterr().out


def settle_first(study):
    """What raters do between the commands, for one item."""
    item = study.items.select_related("conversation").first()
    criteria = list(study.rubric_version.criteria.filter(show_if=""))
    for _rater in range(3):
        factories.make_rating(item, scores={one.key: 0 for one in criteria})
    for one in criteria:
        Verdict.objects.create(
            item=item,
            criterion=one,
            value=0,
            distribution={one.points[0]["key"]: 3},
            source=Verdict.Source.CONSENSUS,
        )
    Item.objects.filter(pk=item.pk).update(state=Item.State.SETTLED, settled_at=NOW)
