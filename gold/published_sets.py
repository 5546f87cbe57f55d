"""Published data sets beside the demonstration: real people's ratings, read from their own files.

Nothing of them is part of the product; whoever has the files names their folder.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from accounts.models import Membership, Project, Team, User
from accounts.services import create_project
from analytics.reports.snapshots import request_snapshot
from annotation.services.imported_ratings import create_imported_study, import_ratings
from conversations.direct import import_file
from conversations.importers import Source

TEAM = ("Published data sets", "published-data")


@dataclass(frozen=True)
class PublishedSet:
    """Where a set lies below the named folder, and what its project and study are called."""

    path: str
    source: str
    project: str
    study: str
    ratings: str = ""  # where the ratings lie, if not in the same place


SETS = (
    PublishedSet("mtrag_human_eval", "mtrag", "MTRAG answers", "Human evaluation"),
    PublishedSet("dbdc3_ja", "dbdc3", "DBDC3 雑談対話", "対話破綻の評価"),
    PublishedSet("realpersonachat_llm", "realpersonachat", "RealPersonaChat", "対話の評価"),
    PublishedSet("llmfao_pairwise", "llmfao", "LLMFAO", "Crowd comparisons"),
)


def load_published(
    folder: Path, *, owner: User, members: Team, now: datetime, tell: Callable[[str], None]
) -> list[Project]:
    """Load every set found under `folder`; what is loaded already is left alone."""
    found = [one for one in SETS if (folder / one.path).is_dir()]
    for one in SETS:
        if one not in found:
            tell(f"  {one.project}: not under {folder}, skipped")
    if not found:
        return []
    team = team_of(owner, members)
    return [load_set(folder, one, team, owner, now, tell) for one in found]


def team_of(owner: User, members: Team) -> Team:
    """A team of its own with the people of the demonstration in it."""
    name, slug = TEAM
    team, _made = Team.objects.get_or_create(slug=slug, defaults={"name": name})
    for member in members.memberships.of_people().select_related("user"):
        Membership.objects.get_or_create(
            team=team, user=member.user, defaults={"role": member.role}
        )
    return team


def load_set(
    folder: Path,
    one: PublishedSet,
    team: Team,
    owner: User,
    now: datetime,
    tell: Callable[[str], None],
) -> Project:
    project = team.projects.filter(name=one.project).first() or create_project(
        actor=owner, team=team, name=one.project
    )
    path = folder / one.path
    done = import_file(actor=owner, project=project, path=path, source=one.source, now=now)
    study = create_imported_study(
        actor=owner, project=project, name=one.study, source=one.source, now=now
    )
    taken = import_ratings(
        actor=owner, study=study, source=Source(path), importer=one.source, now=now
    )
    if taken.new:
        request_snapshot(actor=owner, study=study)
    tell(
        f"  {one.project}: {done.n_new + done.n_unchanged} conversations, "
        f"{taken.new + taken.unchanged} ratings"
    )
    return project
