"""Background work of gold: writing a release to a file."""

from pathlib import Path
from typing import Any

from django.conf import settings

from gold.exports import WRITERS
from gold.models import Release
from jobs.ledger import Handle, runner

STEP = 1_000


@runner
def run_export(handle: Handle, *, release: int, form: str) -> dict[str, Any]:
    """Written beside its place and moved there whole; a second attempt begins again."""
    found = Release.objects.select_related("dataset", "parent").get(pk=release)
    folder = Path(settings.MEDIA_ROOT) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{handle.job.uid}.{form}"
    unfinished = path.with_suffix(".part")
    try:
        with unfinished.open("wb") as file:
            for number, line in enumerate(WRITERS[form](found), start=1):
                file.write(line)
                if number % STEP == 0:
                    handle.step(done=number, total=found.n_items)
    except BaseException:
        unfinished.unlink(missing_ok=True)  # on a full disk others wait for its room
        raise
    unfinished.replace(path)
    handle.step(done=found.n_items, total=found.n_items)
    return {
        "file": path.name,
        "name": f"{found.dataset.slug}-release-{found.number}.{form}",
        "release": str(found.uid),
    }
