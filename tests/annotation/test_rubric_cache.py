"""What a process keeps of published versions is never another rubric's, nor an old name."""

import pytest
from django.db import transaction

from annotation.models import RubricVersion, Study
from annotation.rubric_cache import with_version
from tests.annotation.rating_helpers import study_of

pytestmark = pytest.mark.django_db


def read(study):
    """As the door of a submit reads it: without the version."""
    return with_version(Study.objects.get(pk=study.pk)).rubric_version


def test_a_study_has_its_own_version_whole(project, django_assert_num_queries):
    study = study_of(project)
    kept, stored = read(study), RubricVersion.objects.get(pk=study.rubric_version_id)
    for field in RubricVersion._meta.concrete_fields:
        assert getattr(kept, field.attname) == getattr(stored, field.attname)
    with django_assert_num_queries(1):  # the study alone
        assert read(study) == stored


def test_what_one_reads_of_a_version_is_not_kept_for_the_next(project):
    study = study_of(project)
    rubric = read(study).rubric
    rubric.name = {"en": "Another name"}
    rubric.save()
    assert read(study).rubric.name == {"en": "Another name"}


def test_a_number_that_comes_back_after_a_rollback_is_no_other_version(project):
    with transaction.atomic():
        read(study_of(project))
        transaction.set_rollback(True)
    study = study_of(project)
    assert read(study).uid == RubricVersion.objects.get(pk=study.rubric_version_id).uid
