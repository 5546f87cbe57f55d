"""Taking a whole team away, with everything that belongs to it: for `demo --reset`.

The order is that of who points to whom. Releases and published rubrics are frozen, so the caller's
transaction holds the permit (`core.frozen.thawed`).
"""

from typing import Any

from django.apps import apps
from django.db import connection, models

from accounts.models import Team
from core.frozen import thawed

#: Model and the path from it to its team, pointing rows before those they point to.
PATHS = (
    ("gold.RefusedOutput", "file__release__dataset__project__team"),
    ("gold.OutputFile", "release__dataset__project__team"),
    ("gold.RunStudy", "study__project__team"),
    ("gold.RunOutput", "run__release__dataset__project__team"),
    ("gold.Run", "release__dataset__project__team"),
    ("gold.LabelAudit", "dataset__project__team"),
    ("gold.GoldLabel", "dataset__project__team"),
    ("gold.GoldWords", "dataset__project__team"),
    ("gold.NearHash", "dataset__project__team"),
    ("gold.Exposure", "project__team"),
    ("gold.ReleaseItem", "release__dataset__project__team"),
    ("gold.Release", "dataset__project__team"),
    ("gold.GoldItem", "dataset__project__team"),
    ("gold.Candidate", "dataset__project__team"),
    ("gold.GoldDataset", "project__team"),
    ("surveys.ToRoute", "route__project__team"),
    ("surveys.Routed", "route__project__team"),
    ("surveys.Route", "project__team"),
    ("surveys.Answer", "survey__project__team"),
    ("surveys.Response", "project__team"),
    ("surveys.ResponseImport", "project__team"),
    ("surveys.SurveyDay", "survey__project__team"),
    ("surveys.SurveyLink", "survey__project__team"),
    ("surveys.SurveyVersion", "survey__project__team"),
    ("surveys.Survey", "project__team"),
    ("surveys.ReasonCell", "cell__project__team"),
    ("surveys.FeedbackCell", "project__team"),
    ("surveys.CurrentFeedback", "project__team"),
    ("surveys.FeedbackEvent", "project__team"),
    ("surveys.Instrument", "key__project__team"),
    ("surveys.WidgetKey", "project__team"),
    ("surveys.WebhookMessage", "webhook__project__team"),
    ("surveys.Webhook", "project__team"),
    ("surveys.VariantAssignment", "project__team"),
    ("surveys.Experiment", "project__team"),
    ("surveys.Respondent", "project__team"),
    ("surveys.FeedbackRules", "project__team"),
    ("surveys.SubjectErasure", "project__team"),
    ("surveys.IdempotentCall", "key__project__team"),
    ("analytics.ComparePlan", "project__team"),
    ("analytics.AgreementSnapshot", "study__project__team"),
    ("annotation.ExampleProposal", "verdict__item__study__project__team"),
    ("annotation.ExpectedAnswer", "item__study__project__team"),
    ("annotation.Verdict", "item__study__project__team"),
    ("annotation.CriterionHold", "study__project__team"),
    ("annotation.ScoreText", "score__rating__item__study__project__team"),
    ("annotation.Score", "rating__item__study__project__team"),
    ("annotation.Reply", "inquiry__item__study__project__team"),
    ("annotation.Inquiry", "item__study__project__team"),
    ("annotation.Rating", "item__study__project__team"),
    ("annotation.AssignmentDraft", "assignment__item__study__project__team"),
    ("annotation.Assignment", "item__study__project__team"),
    ("annotation.Reveal", "item__study__project__team"),
    ("annotation.StudyRater", "study__project__team"),
    ("annotation.Participation", "link__study__project__team"),
    ("annotation.RatingLink", "study__project__team"),
    ("annotation.ItemAnswer", "item__study__project__team"),
    ("annotation.Item", "study__project__team"),
    ("annotation.Draw", "study__project__team"),
    ("annotation.Qualified", "qualification__project__team"),
    ("annotation.Qualification", "project__team"),
    ("annotation.Study", "project__team"),
    ("annotation.Criterion", "version__rubric__project__team"),
    ("annotation.RubricVersion", "rubric__project__team"),
    ("annotation.Rubric", "project__team"),
    ("annotation.Rater", "project__team"),
    ("conversations.Redaction", "project__team"),
    ("conversations.RedactionScan", "conversation__project__team"),
    ("conversations.LeftText", "project__team"),
    ("conversations.RedactionRules", "project__team"),
    ("conversations.Conversation", "project__team"),
    ("conversations.RefusedLine", "run__project__team"),
    ("conversations.ImportRun", "project__team"),
    ("conversations.Variant", "project__team"),
    ("accounts.AuditEntry", "team"),
)


def remove_team(team: Team) -> dict[str, int]:
    """Delete the team and everything in it; how many rows of each model went."""
    gone = {}
    with thawed(f"removal of team {team.slug}"):
        _look_at_sizes()
        for name, path in PATHS:
            gone[name] = delete_rows(apps.get_model(name), {path: team})
        team.projects.all().delete()
        team.delete()
    return gone


def _look_at_sizes() -> None:
    """PostgreSQL plans by what it knows of the tables; of rows just loaded it knows nothing yet,
    and then visits whole tables for every row that goes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def delete_rows(model: type[models.Model], condition: dict[str, Any]) -> int:
    """Straight in the database: no collector, no signals, no rows in memory.

    Rows that point to rows of their own table lose the pointer first.
    """
    rows = model._default_manager.filter(**condition)
    for field in model._meta.fields:
        if field.is_relation and field.related_model is model:
            rows.exclude(**{field.name: None}).update(**{field.name: None})
    keys = rows.order_by().values("pk")
    return model._default_manager.filter(pk__in=keys)._raw_delete(rows.db)
