"""The pages that a browser shows when it is opened, read from the rules of the doors."""

from accounts.models import Role
from tests.doors.doors import Rule
from tests.doors.rules import RULES

LEFT_OUT = {
    "health",
    "gold:download",
    "analytics:figures",
    "accounts:job_part",
    "surveys:widget_file",
}
FILES = (
    "_json", "_csv", "_jsonl", "_parquet", "_json_lines", "_html", "_pdf", "_table", "_part",
    "progress",
)  # fmt: skip


def pages() -> list[tuple[str, Rule]]:
    """No files, no answers for programs, no parts that only scripts ask for."""
    return [
        (name, rule)
        for name, rule in sorted(RULES.items())
        if "GET" in rule.asks and name not in LEFT_OUT and not name.endswith(FILES)
        if not name.startswith("api:")
    ]


def may_open(rule: Rule, role: Role) -> bool:
    return str(role.value) in rule.allowed
