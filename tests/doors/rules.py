"""Who may pass each door: one line a URL name. A door without a rule fails the gate.

To add a door: its name, who may (`project(May.READ, ...)`), the uids in its path by their place in
`world.Side`, and for each method what makes it succeed. Ids in the body or the query go into
`foreign`, with what of the other team must not take effect there.
"""

from accounts.access import May
from accounts.models import Role
from annotation.consent import DEFAULT
from annotation.link_tokens import new_code
from tests.doors.actors import RESPONDENT
from tests.doors.admission_rules import ADMISSION
from tests.doors.bodies import (
    a_file,
    a_file_of_ratings,
    a_rubric_file,
    answers,
    decision,
    newer_draft,
)
from tests.doors.doors import (
    SEE,
    Ask,
    Rule,
    api,
    api_desk,
    api_for_all,
    desk,
    everybody,
    own,
    own_seat,
    project,
    signed_in,
    team,
)
from tests.doors.end_users import END_USERS
from tests.doors.gold_item_rules import GOLD_ITEMS
from tests.doors.redaction_rules import REDACTION
from tests.doors.release_rules import RELEASES
from tests.doors.run_rules import RUNS
from tests.doors.world import Side

LOOK = Ask()
DO = Ask()
RATER = str(Role.RATER.value)
JOINING = {"name": "Dora", "email": "dora@example.com", "password": "correct horse battery"}


SITE: dict[str, Rule] = {
    "health": everybody(GET=LOOK),
    "set_language": everybody(POST=Ask({"language": "ja", "next": "/"}, writes=True)),
    "account_login": everybody(GET=LOOK, POST=DO),
    "account_logout": everybody(GET=LOOK, POST=DO),
    "account_signup": everybody(GET=LOOK, POST=Ask(JOINING)),
    "account_inactive": everybody(GET=LOOK),
    "account_change_password": signed_in(GET=LOOK, POST=DO),
}

ACCOUNTS: dict[str, Rule] = {
    "accounts:start": signed_in(GET=LOOK),
    "accounts:people": team(May.ADMINISTER, uid="team", GET=LOOK),
    "accounts:invite": team(
        May.ADMINISTER,
        uid="team",
        POST=Ask({"role": "rater", "label": "Dora"}, foreign={"projects": "project.pk"}),
    ),
    "accounts:change_role": team(
        May.ADMINISTER, uid="team", member="member.user", POST=Ask({"role": "rater"})
    ),
    "accounts:remove": team(May.ADMINISTER, uid="team", member="member.user", GET=LOOK, POST=DO),
    "accounts:audit": team(May.ADMINISTER, uid="team", GET=LOOK),
    "accounts:project_new": team(May.ADMINISTER, uid="team", GET=LOOK),
    "accounts:project_create": team(
        May.ADMINISTER, uid="team", POST=Ask({"name": "Second application"})
    ),
    "accounts:project_name": project(
        May.ADMINISTER, uid="project", GET=LOOK, POST=Ask({"name": "The same application"})
    ),
    "accounts:keys": team(May.ADMINISTER, uid="team", GET=LOOK),
    "accounts:key_make": team(
        May.ADMINISTER,
        uid="team",
        POST=Ask(
            lambda side: {
                "name": "Nightly",
                "project": side.project.uid,
                "role": "viewer",
                "days": "90",
            },
            foreign={"project": "project"},
        ),
    ),
    "accounts:key_revoke": team(May.ADMINISTER, uid="key", POST=DO),
    "accounts:revoke": team(May.ADMINISTER, uid="invitation", POST=DO),
    "accounts:invitation": everybody(token="invitation.token", GET=LOOK),
    "accounts:join": everybody(token="invitation.token", POST=Ask(JOINING)),
    "accounts:accept": signed_in(token="invitation.token", POST=DO),
    "accounts:job": project(May.READ, uid="job", GET=LOOK),
    "accounts:job_part": project(May.READ, uid="job", GET=LOOK),
    "accounts:job_cancel": project(May.MANAGE, uid="job", POST=DO),
}

STUDIES: dict[str, Rule] = {
    "annotation:studies": project(May.READ, uid="project", GET=LOOK),
    "annotation:study_new": project(
        May.MANAGE, uid="project", GET=Ask(foreign={"version": "version.pk"})
    ),
    "annotation:study_create": project(
        May.MANAGE,
        uid="project",
        POST=Ask(
            lambda side: {
                "name": "March",
                "rubric_version": side.version.pk,
                "overlap": 2,
                "policy": "in_order",
                "lease_minutes": 30,
            },
            foreign={"rubric_version": "version.pk"},
        ),
    ),
    "annotation:study": project(May.READ, uid="study", GET=LOOK),
    "annotation:study_draw": project(
        May.MANAGE,
        uid="planned",
        POST=Ask({"size": 1, "seed": 7, "allocation": "proportional"}),
    ),
    "annotation:study_raters": project(
        May.MANAGE,
        uid="study",
        POST=Ask(lambda side: {"members": manager_of(side)}, foreign={"members": "member.pk"}),
    ),
    "annotation:study_invite": project(May.MANAGE, uid="study", POST=Ask({"label": "Dora"})),
    "annotation:study_progress": project(May.READ, uid="study", GET=LOOK),
    "annotation:study_policy": project(
        May.MANAGE,
        uid="planned",
        GET=LOOK,
        POST=Ask({"do": "save", "open_to": "named", "policy": "shuffled"}),
    ),
    "annotation:study_pause": project(May.MANAGE, uid="study", GET=LOOK),
    "annotation:study_extend": project(May.MANAGE, uid="study", GET=LOOK, POST=Ask({"more": 1})),
    "annotation:skipped": project(
        May.MANAGE, uid="study", GET=Ask(foreign={"before": "skipped.pk"})
    ),
    "annotation:flagged": project(
        May.MANAGE, uid="study", GET=Ask(foreign={"before": "rating.pk"}, writes=True)
    ),
    "annotation:study_rater": project(May.MANAGE, uid="study", rater="rater", GET=SEE),
    "annotation:rater_limits": project(
        May.MANAGE, uid="study", rater="rater", POST=Ask({"cap": 9})
    ),
    "annotation:rater_pause": project(May.MANAGE, uid="study", rater="rater", GET=LOOK, POST=DO),
    "annotation:rater_work": project(May.MANAGE, uid="study", rater="rater", GET=LOOK, POST=DO),
    "annotation:rater_back": project(
        May.MANAGE,
        uid="study",
        rater="rater",
        POST=Ask(lambda side: {"item": side.items["leased"].seq}),
    ),
    "annotation:rater_aside": project(
        May.MANAGE,
        uid="study",
        rater="rater",
        GET=LOOK,
        POST=Ask({"reason": "Too fast."}, foreign={"receiver": "rater"}),
    ),
    "annotation:rater_count": project(
        May.MANAGE, uid="study", rater="aside.rater", GET=LOOK, POST=DO
    ),
    "annotation:rater_lanes": project(
        May.MANAGE, uid="laned.study", rater="laned.rater", GET=LOOK, POST=DO
    ),
    "annotation:rater_lanes_reset": project(
        May.MANAGE, uid="laned.study", rater="lane_taker.rater", POST=DO
    ),
    "annotation:study_settling": project(
        May.MANAGE, uid="study", POST=Ask({"bar": 0.8, "helpful.max_spread": 1})
    ),
    "annotation:items": project(May.READ, uid="study", GET=LOOK),
    "annotation:study_close": project(May.MANAGE, uid="study", GET=LOOK),
    "annotation:study_state": project(May.MANAGE, uid="study", words={"act": "pause"}, POST=DO),
}

RATING: dict[str, Rule] = {
    "annotation:my_studies": signed_in(GET=LOOK),
    "annotation:rate": desk(RATER, RESPONDENT, uid="study", GET=Ask(writes=True)),
    "annotation:undo": desk(RATER, RESPONDENT, uid="study", POST=DO),
    "annotation:my_ratings": desk(RATER, RESPONDENT, uid="study", GET=LOOK),
    "annotation:revise": own_seat(RATER, uid="submitted", GET=LOOK),
    "annotation:submit": own_seat(RATER, uid="assignment", POST=Ask(answers)),
    "annotation:draft": own_seat(RATER, uid="assignment", POST=Ask(newer_draft)),
    "annotation:reply": own(RATER, uid="reply", GET=LOOK, POST=Ask({"words": "I did not."})),
    "annotation:skip": own_seat(RATER, uid="assignment", POST=Ask({"reason": "Not my language."})),
}

LINKS: dict[str, Rule] = {
    "annotation:links": project(May.MANAGE, uid="study", GET=LOOK),
    "annotation:link_make": project(
        May.MANAGE,
        uid="study",
        POST=Ask(
            {
                "name": "Readers",
                "quota": 20,
                "items_each": 5,
                "minutes": 5,
                "days": 14,
                "consent_en": DEFAULT["en"],
                "consent_ja": DEFAULT["ja"],
            }
        ),
    ),
    "annotation:link_extend": project(May.MANAGE, uid="link", POST=Ask({"quota": 9, "days": 3})),
    "annotation:link_revoke": project(May.MANAGE, uid="link", POST=DO),
    "annotation:link": everybody(token="link_token", GET=LOOK),
    "annotation:link_join": everybody(
        token="link_token", POST=Ask(lambda _side: {"code": new_code()})
    ),
    "annotation:receipt_find": everybody(
        GET=LOOK, POST=Ask(lambda side: {"code": side.receipt_code})
    ),
    "annotation:receipt": everybody(code="receipt_code", GET=LOOK),
    "annotation:receipt_resume": everybody(code="receipt_code", POST=DO),
    "annotation:receipt_erase": everybody(code="receipt_code", GET=LOOK, POST=DO),
    "annotation:receipt_erase_one": everybody(
        code="receipt_code", rating="respondents_rating", GET=LOOK, POST=DO
    ),
}

CONVERSATIONS: dict[str, Rule] = {
    "conversations:list": project(
        May.READ,
        uid="project",
        GET=Ask(
            foreign={
                "variant": "variant",
                "run": "run",
                "older_than": "conversation",
                "newer_than": "conversation",
                "after": "conversation",
            }
        ),
    ),
    "conversations:detail": project(May.READ, uid="conversation", GET=LOOK),
    "conversations:import": project(May.MANAGE, uid="project", GET=LOOK),
    "conversations:import_upload": project(May.MANAGE, uid="project", POST=Ask(a_file)),
    "conversations:imports": project(
        May.READ, uid="project", GET=Ask(foreign={"older_than": "run"})
    ),
    "conversations:import_run": project(
        May.READ, uid="run", GET=Ask(foreign={"after": "refused_line.pk"})
    ),
    "conversations:import_progress": project(May.READ, uid="run", GET=LOOK),
    "conversations:import_columns": project(
        May.MANAGE, uid="unread_run", POST=Ask({"column_0": "input", "column_1": "output"})
    ),
    "conversations:import_confirm": project(May.MANAGE, uid="checked_run", POST=DO),
    "conversations:import_discard": project(May.MANAGE, uid="checked_run", POST=DO),
    "conversations:import_go_on": project(May.MANAGE, uid="unread_run", POST=DO),
    "conversations:import_take_back": project(May.MANAGE, uid="run", GET=LOOK, POST=DO),
    "conversations:refused_json_lines": project(May.READ, uid="run", GET=LOOK),
    "conversations:refused_csv": project(May.READ, uid="run", GET=LOOK),
}

SETTLING: dict[str, Rule] = {
    "annotation:settle": project(
        May.SETTLE, uid="study", GET=Ask(foreign={"after": "items.@disputed"})
    ),
    "annotation:item": project(
        May.SETTLE, uid="items.@disputed", GET=Ask(foreign={"last": "items.@settled"}, writes=True)
    ),
    "annotation:item_decide": project(May.SETTLE, uid="items.@disputed", POST=Ask(decision)),
    "annotation:item_reopen": project(May.SETTLE, uid="items.@settled", POST=DO),
    "annotation:item_take_up": project(May.SETTLE, uid="items.@disputed", POST=DO),
    "annotation:item_ask": project(
        May.SETTLE, uid="items.@disputed", POST=Ask({"question": "Did you see the passage?"})
    ),
    "annotation:hold_lift": project(May.SETTLE, uid="hold", POST=DO),
}

QUALITY: dict[str, Rule] = {
    "annotation:keys": project(May.MANAGE, uid="training", GET=LOOK),
    "annotation:keys_take": project(
        May.MANAGE,
        uid="training",
        POST=Ask(
            lambda side: {
                "source": side.study.pk,
                "which": "settled",
                "most": 1,
                "tolerance": 0,
            },
            foreign={"source": "study.pk"},
        ),
    ),
    "annotation:key": project(
        May.MANAGE, uid="keyed", GET=SEE, POST=Ask({"q.helpful": "4", "tolerance.helpful": "1"})
    ),
    "annotation:feedback": own(RATER, uid="trained", GET=LOOK),
    "annotation:try_again": project(May.MANAGE, uid="training", rater="rater", POST=DO),
    "annotation:qualifications": project(May.READ, uid="project", GET=LOOK),
    "annotation:qualification_make": project(
        May.MANAGE, uid="project", POST=Ask({"name": "Japanese"})
    ),
    "annotation:qualification_train": project(
        May.MANAGE, uid="untaken", POST=Ask({"name": "Trained", "needed": 1})
    ),
    "annotation:qualification": project(May.MANAGE, uid="qualification", GET=LOOK),
    "annotation:qualification_bar": project(
        May.MANAGE, uid="qualification", POST=Ask({"needed": 1})
    ),
    "annotation:qualification_grant": project(
        May.MANAGE,
        uid="held_by_none",
        POST=Ask(
            lambda side: {"rater": side.rater.pk, "reason": "A nurse."},
            foreign={"rater": "rater.pk"},
        ),
    ),
    "annotation:qualification_revoke": project(
        May.MANAGE,
        uid="qualification",
        rater="held.rater",
        GET=LOOK,
        POST=Ask({"reason": "Too long ago."}),
    ),
    "annotation:study_quality": project(
        May.MANAGE,
        uid="planned",
        GET=LOOK,
        POST=Ask(
            lambda side: {
                "controls": side.control_set.pk,
                "control_rate": 5,
                "retest_rate": 5,
                "retest_after_hours": 24,
                "requires": side.qualification.pk,
            },
            foreign={"controls": "control_set.pk", "requires": "qualification.pk"},
        ),
    ),
    "annotation:rater_exclude": project(
        May.MANAGE, uid="study", rater="rater", GET=LOOK, POST=Ask({"reason": "Guesses."})
    ),
    "annotation:rater_take_in": project(May.MANAGE, uid="session", rater="left_out.rater", POST=DO),
    "annotation:reveal": project(May.MANAGE, uid="session", GET=LOOK, POST=DO),
    "annotation:item_reveal": project(May.SETTLE, uid="items.@disputed", POST=DO),
    "analytics:rater_flags": project(May.MANAGE, uid="study", GET=LOOK),
    "analytics:calibration": project(May.READ, uid="session", GET=LOOK),
    "analytics:calibration_json": project(May.READ, uid="study", GET=LOOK),
}

RUBRICS: dict[str, Rule] = {
    "annotation:rubrics": project(May.READ, uid="project", GET=LOOK),
    "annotation:rubric_new": project(May.MANAGE, uid="project", GET=LOOK),
    "annotation:rubric_create": project(
        May.MANAGE, uid="project", POST=Ask({"template": "good_dialogue"})
    ),
    "annotation:rubric_template": project(
        May.MANAGE, uid="project", words={"key": "good_dialogue"}, GET=LOOK
    ),
    "annotation:rubric": project(May.READ, uid="rubric", GET=LOOK),
    "annotation:example_decide": project(May.MANAGE, uid="proposal", POST=Ask({"act": "take"})),
    "annotation:rubric_draft": project(May.MANAGE, uid="rubric", POST=DO),
    "annotation:rubric_archive": project(May.MANAGE, uid="rubric", POST=DO),
    "annotation:rubric_version": project(May.READ, uid="version", GET=LOOK),
    "annotation:rubric_json": project(May.READ, uid="version", GET=LOOK),
    "annotation:rubric_edit": project(
        May.MANAGE, uid="draft", GET=LOOK, POST=Ask({"do": "add criteria"})
    ),
    "annotation:rubric_preview": project(
        May.MANAGE, uid="draft", POST=Ask({"criteria[0].key": "helpful"})
    ),
    "annotation:rubric_replace": project(May.MANAGE, uid="draft", POST=Ask(a_rubric_file)),
    "annotation:rubric_publish": project(May.MANAGE, uid="draft", GET=LOOK),
    "annotation:rubric_freeze": project(May.MANAGE, uid="draft", POST=DO),
    "annotation:rubric_discard": project(May.MANAGE, uid="draft", GET=LOOK, POST=DO),
}

AGREEMENT: dict[str, Rule] = {
    "analytics:reports": project(May.READ, uid="project", GET=LOOK),
    "analytics:agreement": project(May.READ, uid="study", GET=LOOK),
    "analytics:agreement_compute": project(May.SETTLE, uid="study", POST=DO),
    "analytics:agreement_progress": project(May.READ, uid="study", GET=LOOK),
    "analytics:figures": project(May.READ, uid="study", words={"criterion": "helpful"}, GET=LOOK),
    "analytics:agreement_json": project(May.READ, uid="study", GET=LOOK),
    "analytics:agreement_csv": project(May.READ, uid="study", GET=LOOK),
    "analytics:criterion": project(May.READ, uid="study", words={"key": "helpful"}, GET=LOOK),
    "analytics:criterion_json": project(May.READ, uid="study", words={"key": "helpful"}, GET=LOOK),
    "analytics:pairs": project(May.READ, uid="study", words={"key": "helpful"}, GET=LOOK),
    "analytics:preferences": project(May.READ, uid="study", GET=LOOK),
    "analytics:preferences_json": project(May.READ, uid="study", GET=LOOK),
    "analytics:item": project(May.READ, uid="items.@disputed", GET=SEE),
    "analytics:item_json": project(May.READ, uid="items.@disputed", GET=SEE),
    "analytics:agreement_table": project(May.READ, uid="study", words={"name": "raters"}, GET=LOOK),
    "analytics:agreement_pdf": project(May.READ, uid="study", GET=LOOK),
    "analytics:agreement_html": project(May.READ, uid="study", GET=LOOK),
    "analytics:rater": project(May.MANAGE, uid="study", rater="other_rater", GET=LOOK),
    "analytics:rater_json": project(May.MANAGE, uid="study", rater="other_rater", GET=LOOK),
    "analytics:my_figures": desk(RATER, uid="study", GET=LOOK),
    "analytics:my_figures_json": desk(RATER, uid="study", GET=LOOK),
    "analytics:ratings_jsonl": project(May.SETTLE, uid="study", GET=SEE, POST=DO),
    "analytics:ratings_csv": project(May.SETTLE, uid="study", GET=SEE, POST=DO),
}

IMPORTED_RATINGS: dict[str, Rule] = {
    "annotation:ratings_import": project(
        May.MANAGE, uid="project", GET=Ask(foreign={"study": "study"})
    ),
    "annotation:ratings_upload": project(
        May.MANAGE,
        uid="project",
        POST=Ask(
            lambda side: a_file_of_ratings() | {"study": side.study.uid},
            foreign={"study": "study"},
        ),
    ),
    "annotation:ratings_imported": project(May.MANAGE, uid="ratings_job", GET=LOOK),
}

GOLD: dict[str, Rule] = {
    "gold:home": project(May.BELONG, uid="project", GET=LOOK),
    "gold:datasets": project(May.READ, uid="project", GET=LOOK),
    "gold:dataset_create": project(May.MANAGE, uid="project", POST=Ask({"name": "Second"})),
    "gold:dataset": project(May.READ, uid="dataset", GET=LOOK),
    "gold:dataset_change": project(
        May.MANAGE, uid="dataset", POST=Ask({"name": "Renamed", "licence": "CC-BY-4.0"})
    ),
    "gold:publish": project(May.MANAGE, uid="dataset", POST=Ask({"note": "More."})),
    "gold:release": project(May.READ, uid="release", GET=LOOK),
    "gold:export": project(May.READ, uid="release", POST=Ask({"form": "jsonl"})),
    "gold:download": project(May.READ, uid="exported", GET=LOOK),
}

API: dict[str, Rule] = {
    "api:projects": api_for_all(GET=LOOK),
    "api:schema": api_for_all(GET=LOOK),
    "api:job": api(May.READ, uid="job", GET=LOOK),
    "api:conversations": api(
        May.READ, uid="project", GET=Ask(foreign={"variant": "variant", "cursor": "conversation"})
    ),
    "api:conversation": api(May.READ, uid="conversation", GET=LOOK),
    "api:imports": api(May.MANAGE, uid="project", POST=Ask(a_file)),
    "api:import": api(May.READ, uid="run", GET=LOOK),
    "api:import_confirm": api(May.MANAGE, uid="checked_run", POST=DO),
    "api:import_refused": api(May.READ, uid="run", GET=LOOK),
    "api:rubrics": api(May.READ, uid="project", GET=LOOK),
    "api:rubric_version": api(May.READ, uid="version", GET=LOOK),
    "api:studies": api(May.READ, uid="project", GET=LOOK),
    "api:study": api(May.READ, uid="study", GET=LOOK),
    "api:ratings_import": api(May.MANAGE, uid="study", POST=Ask(lambda side: a_file_of_ratings())),
    "api:ratings_imported": api(May.MANAGE, uid="ratings_job", GET=LOOK),
    "api:agreement": api(May.READ, uid="study", GET=LOOK),
    "api:agreement_compute": api(May.SETTLE, uid="study", POST=DO),
    "api:criterion_report": api(May.READ, uid="study", words={"key": "helpful"}, GET=LOOK),
    "api:rater_report": api(May.MANAGE, uid="study", rater="other_rater", GET=LOOK),
    "api:my_report": api_desk(RATER, uid="study", GET=LOOK),
    "api:item_report": api(May.READ, uid="items.@disputed", GET=SEE),
    "api:ratings_jsonl": api(May.SETTLE, uid="study", GET=SEE),
    "api:ratings_csv": api(May.SETTLE, uid="study", GET=SEE),
    "api:ratings_reveal": api(May.SETTLE, uid="study", POST=DO),
    "api:gold_datasets": api(May.READ, uid="project", GET=LOOK),
    "api:releases": api(May.READ, uid="dataset", GET=LOOK),
    "api:release": api(May.READ, uid="release", GET=LOOK),
    "api:release_items": api(May.READ, uid="release", GET=LOOK),
    "api:release_export": api(May.READ, uid="release", GET=LOOK),
}

RULES = (
    SITE
    | ACCOUNTS
    | CONVERSATIONS
    | REDACTION
    | RUBRICS
    | STUDIES
    | RATING
    | LINKS
    | IMPORTED_RATINGS
    | SETTLING
    | QUALITY
    | AGREEMENT
    | GOLD
    | GOLD_ITEMS
    | RUNS
    | RELEASES
    | ADMISSION
    | API
    | END_USERS
)


def manager_of(side: Side) -> int:
    return side.team.memberships.get(user=side.people[Role.MANAGER]).pk
