"""Doors of the widget: its files, keys and words."""

from accounts.access import May
from tests.doors.doors import Ask, Rule, everybody, project

LOOK = Ask()
DO = Ask()
KEY = {"name": "Help centre", "origins": "https://app.example.com"}

WIDGET: dict[str, Rule] = {
    "surveys:widgets": project(May.READ, uid="project", GET=LOOK),
    "surveys:widget_make": project(May.MANAGE, uid="project", POST=Ask(KEY)),
    "surveys:widget": project(May.READ, uid="widget", GET=LOOK),
    "surveys:widget_change": project(May.MANAGE, uid="widget", POST=Ask(KEY)),
    "surveys:widget_secret": project(May.MANAGE, uid="widget", POST=DO),
    "surveys:widget_rotate": project(May.MANAGE, uid="widget", POST=DO),
    "surveys:widget_revoke": project(May.MANAGE, uid="widget", POST=DO),
    "surveys:widget_words": project(
        May.MANAGE, uid="widget", GET=LOOK, POST=Ask({"down": "too_long", "en-up": "Fine"})
    ),
    "surveys:widget_preview": project(May.READ, uid="widget", GET=LOOK),
    "surveys:widget_test": project(May.MANAGE, uid="widget", GET=LOOK),
    "surveys:widget_test_progress": project(May.MANAGE, uid="widget", GET=LOOK),
    "surveys:widget_file": everybody(version="widget_version", name="widget_script", GET=LOOK),
}
