"""Runs as programs bring them."""

import pytest
from django.urls import reverse

from accounts.models import Role
from gold.models import Run
from tests.gold.conftest import dataset, publish, settled, study  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("score", [["ru\0de"], 10**400])
def test_a_score_that_no_database_stores_is_refused(program, publish, score):  # noqa: F811
    output = {"input_key": "question-0", "output": "Yes.", "scores": {"tone": score}}
    answer = program(Role.MANAGER, raise_request_exception=False).post(
        reverse("api:run_make", args=[publish(1).uid]),
        {"variant": "v1", "outputs": [output]},
        content_type="application/json",
    )
    assert answer.status_code == 422
    assert not Run.objects.exists()
