"""Things of one name that several people make at the same moment get names of their own."""

import threading

import pytest
from django.db import connection

from accounts.models import Project
from accounts.services import create_project
from gold.services.candidates import create_dataset

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def all_at_once(make) -> list[Exception]:
    start, failures = threading.Barrier(AT_ONCE), []

    def run() -> None:
        try:
            start.wait(30)
            make()
        except Exception as error:  # a thread's error must fail the test, not vanish
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_datasets_of_one_name(project: Project):
    def make() -> None:
        create_dataset(actor=None, project=Project.objects.get(pk=project.pk), name="Gold")

    assert all_at_once(make) == []
    slugs = set(project.gold_datasets.values_list("slug", flat=True))
    assert slugs == {"gold", "gold-2", "gold-3", "gold-4"}


def test_projects_of_one_name(project: Project):
    team = project.team
    assert all_at_once(lambda: create_project(actor=None, team=team, name="Bot")) == []
    assert {"bot", "bot-2", "bot-3", "bot-4"} <= set(team.projects.values_list("slug", flat=True))
