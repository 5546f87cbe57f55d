"""What a test committed is gone after it, published or not."""

import pytest
from django.apps import apps

from annotation.models import RubricVersion
from tests import emptying, factories

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def n_rows() -> int:
    models = apps.get_models(include_auto_created=True)
    return sum(model._default_manager.count() for model in models)


def test_published_rows_go_with_the_others():
    factories.make_rubric_version()
    assert emptying.rows_deleted()
    assert n_rows() == 0  # the permit for it included


def test_what_filled_a_table_is_left_to_a_truncate(monkeypatch):
    factories.make_rubric_version()
    monkeypatch.setattr(emptying, "MUCH", 1)
    assert not emptying.rows_deleted()
    assert RubricVersion.objects.exists()
