from django.urls import path

from analytics.api import compare, exports, reports, views

urlpatterns = [
    path("compare", compare.compare_variants, name="compare"),
    path("export/feedback.csv", exports.export_feedback_csv, name="feedback_csv"),
    path("export/feedback.jsonl", exports.export_feedback_jsonl, name="feedback_jsonl"),
    path("export/feedback.parquet", exports.export_feedback_parquet, name="feedback_parquet"),
    path("export/responses.csv", exports.export_responses_csv, name="responses_csv"),
    path("export/responses.jsonl", exports.export_responses_jsonl, name="responses_jsonl"),
    path("export/responses.parquet", exports.export_responses_parquet, name="responses_parquet"),
    path("studies/<uuid:uid>/agreement/", views.get_agreement, name="agreement"),
    path(
        "studies/<uuid:uid>/agreement/compute/", views.compute_agreement, name="agreement_compute"
    ),
    path(
        "studies/<uuid:uid>/agreement/criteria/<slug:key>/",
        reports.get_criterion_report,
        name="criterion_report",
    ),
    path(
        "studies/<uuid:uid>/agreement/raters/<uuid:rater>/",
        reports.get_rater_report,
        name="rater_report",
    ),
    path("studies/<uuid:uid>/agreement/me/", reports.get_my_report, name="my_report"),
    path("items/<uuid:uid>/agreement/", reports.get_item_report, name="item_report"),
    path("studies/<uuid:uid>/ratings.jsonl", views.export_ratings_jsonl, name="ratings_jsonl"),
    path("studies/<uuid:uid>/ratings.csv", views.export_ratings_csv, name="ratings_csv"),
    path("studies/<uuid:uid>/ratings/reveal/", views.reveal_ratings, name="ratings_reveal"),
]
