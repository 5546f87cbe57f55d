"""The rubric versions of a release as a reader knows them: names, not slugs."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotation.criteria import spoken
from annotation.models import RubricVersion
from gold.models import Release


@dataclass(frozen=True)
class StatedVersion:
    """What its items were judged by; `url` is empty where the version is not here any more."""

    words: str
    url: str


def versions_stated(release: Release) -> list[StatedVersion]:
    """In the order of the release."""
    uids = [one["uid"] for one in release.rubric_versions]
    known = RubricVersion.objects.filter(uid__in=uids).select_related("rubric")
    by_uid = {str(one.uid): one for one in known}
    return [
        StatedVersion(version_words(found), found.get_absolute_url())
        if (found := by_uid.get(one["uid"]))
        else StatedVersion(f"{one['slug']} {one['version']}", "")
        for one in release.rubric_versions
    ]


def version_words(version: RubricVersion) -> str:
    """As people wrote it, in the reader's language."""
    rubric = version.rubric
    return _("%(rubric)s, version %(number)s") % {
        "rubric": spoken(version.name or rubric.name, rubric.slug),
        "number": version.number,
    }
