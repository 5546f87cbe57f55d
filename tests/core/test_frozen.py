"""What was published is frozen in the database, and stays so over migrations."""

import pytest
from django.db import DatabaseError, connection, models, transaction

from annotation.models import RubricVersion
from core.frozen import install_triggers, set_triggers_aside, thawed
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return factories.make_rubric_version()


def refuses(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


def rewrite(version):
    return lambda: RubricVersion.objects.filter(pk=version.pk).update(note="rewritten")


def test_a_published_version_refuses_to_change(version):
    assert refuses(rewrite(version))


def test_a_published_version_refuses_to_go(version):
    assert refuses(lambda: RubricVersion.objects.filter(pk=version.pk)._raw_delete("default"))


def test_a_published_version_takes_no_further_criterion(version):
    assert refuses(lambda: factories.make_criterion(version, "late"))


def test_a_criterion_of_a_published_version_refuses_to_change(version):
    assert refuses(lambda: version.criteria.update(key="other"))


def test_a_draft_changes_freely():
    draft = factories.make_rubric_version(published=False)
    assert not refuses(rewrite(draft))


def test_the_permit_lets_one_transaction_change_it(version):
    with thawed("erasure of a person"):
        rewrite(version)()
    assert refuses(rewrite(version))


def test_a_refusal_names_the_way_out(version):
    with pytest.raises(DatabaseError, match="Make a new version instead"), transaction.atomic():
        rewrite(version)()


@pytest.mark.django_db(transaction=True)
def test_a_migration_may_rebuild_a_frozen_table_and_it_is_frozen_again():
    version = factories.make_rubric_version()
    field = models.JSONField(default=dict)
    field.set_attributes_from_name("added")
    set_triggers_aside(plan=["a migration"])
    with connection.schema_editor() as editor:
        editor.add_field(RubricVersion, field)
    with connection.schema_editor() as editor:
        editor.remove_field(RubricVersion, field)
    install_triggers()
    assert RubricVersion.objects.count() == 1
    assert refuses(rewrite(version))
