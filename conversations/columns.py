"""Which column of a table is what: by what was said before, else by the words of its header."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Project
from conversations.importers import LineError
from conversations.importers.base import RefusedError
from conversations.importers.csv_files import GUESSES, CsvImporter
from conversations.importers.csv_rows import rows
from conversations.models import ImportRun
from conversations.uploads import source_of

SHOWN_ROWS = 4
SHOWN_CELL = 120
REMEMBERED_RUNS = 50


@dataclass(frozen=True)
class Table:
    """The head of a CSV file."""

    names: list[str]
    rows: list[list[str]]

    def path(self, place: int) -> str:
        """What a mapping calls the column: its name, unless it has none or shares it."""
        name = self.names[place]
        return name if name and self.names.count(name) == 1 else f"[{place}]"

    def cells(self, place: int) -> list[str]:
        """The first cells of a column."""
        return [row[place] for row in self.rows if place < len(row)]


def table_of(run: ImportRun) -> Table:
    """The header and the first rows of the run's file.

    Refuses a file in which nothing can be read: nobody is asked what the columns of nothing are.
    """
    reader = CsvImporter()
    for member in source_of(run).members():
        if isinstance(member, LineError) or not reader.accepts(member):
            continue
        lines = rows(member)
        header = next(lines, None)
        if isinstance(header, LineError):
            raise RefusedError(header.code, header.reason)
        shown: list[list[str]] = []
        fault: LineError | None = None
        for row in lines:
            if isinstance(row, LineError):
                fault = fault or row
            else:
                shown.append([cell[:SHOWN_CELL] for cell in row.cells])
            if len(shown) >= SHOWN_ROWS:
                break
        if fault and not shown:
            raise RefusedError(fault.code, _on_line(fault))
        if header is None or not shown:
            raise RefusedError(
                "empty_file",
                _("%(name)s holds no rows. Check that the export finished, and send it again.")
                % {"name": run.file_name},
            )
        return Table([name.strip() for name in header.cells], shown)
    raise RefusedError(
        "unknown_shape",
        _("%(name)s holds no CSV file. Choose another format, or leave it to be found out.")
        % {"name": run.file_name},
    )


def _on_line(fault: LineError) -> str:
    return _("No row can be read. Line %(line)d: %(reason)s") % {
        "line": fault.line,
        "reason": fault.reason,
    }


def suggested(project: Project, table: Table) -> dict[str, str]:
    """Field by column: as this project mapped such a table last, else by the header's words."""
    return remembered(project, table) or {path: field for field, path in guessed(table).items()}


def remembered(project: Project, table: Table) -> dict[str, str]:
    runs = project.import_runs.filter(source="csv").order_by("-id")[:REMEMBERED_RUNS]
    for options in runs.values_list("options", flat=True):
        if options.get("columns") == table.names and options.get("mapping"):
            return {path: field for field, path in options["mapping"].items()}
    return {}


def guessed(table: Table) -> dict[str, str]:
    places = {name.lower(): place for place, name in reversed(list(enumerate(table.names)))}
    found: dict[str, str] = {}
    for field, words in GUESSES.items():
        place = next((places[word] for word in words if word in places), None)
        if place is not None and table.path(place) not in found.values():
            found[field] = table.path(place)
    return found
