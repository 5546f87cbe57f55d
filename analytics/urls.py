from django.urls import path

from analytics import (
    calibration_views,
    compare_views,
    detail_views,
    download_views,
    feedback_views,
    feedback_words_views,
    loop_views,
    preference_views,
    rater_views,
    ratings_views,
    survey_views,
    views,
)

app_name = "analytics"

agreement_urls = [
    path("p/<uuid:uid>/agreement/", views.reports, name="reports"),
    path("studies/<uuid:uid>/agreement/", views.agreement, name="agreement"),
    path("studies/<uuid:uid>/agreement/compute/", views.compute, name="agreement_compute"),
    path("studies/<uuid:uid>/agreement/progress/", views.progress, name="agreement_progress"),
    path("studies/<uuid:uid>/agreement/figures/<slug:criterion>/", views.figures, name="figures"),
    path("studies/<uuid:uid>/agreement.json", views.agreement_json, name="agreement_json"),
    path("studies/<uuid:uid>/agreement.csv", views.agreement_csv, name="agreement_csv"),
]
detail_urls = [
    path(
        "studies/<uuid:uid>/agreement/criteria/<slug:key>/",
        detail_views.criterion,
        name="criterion",
    ),
    path(
        "studies/<uuid:uid>/agreement/criteria/<slug:key>.json",
        detail_views.criterion_json,
        name="criterion_json",
    ),
    path(
        "studies/<uuid:uid>/agreement/criteria/<slug:key>/pairs/", detail_views.pairs, name="pairs"
    ),
    path("items/<uuid:uid>/agreement/", detail_views.item, name="item"),
    path("items/<uuid:uid>/agreement.json", detail_views.item_json, name="item_json"),
]
calibration_urls = [
    path("studies/<uuid:uid>/calibration/", calibration_views.calibration, name="calibration"),
    path(
        "studies/<uuid:uid>/calibration.json",
        calibration_views.calibration_json,
        name="calibration_json",
    ),
]
rater_urls = [
    path("studies/<uuid:uid>/raters/flags/", rater_views.rater_flags, name="rater_flags"),
    path("studies/<uuid:uid>/raters/<uuid:rater>/figures/", rater_views.rater, name="rater"),
    path(
        "studies/<uuid:uid>/raters/<uuid:rater>/figures.json",
        rater_views.rater_json,
        name="rater_json",
    ),
    path("studies/<uuid:uid>/my-figures/", rater_views.my_figures, name="my_figures"),
    path("studies/<uuid:uid>/my-figures.json", rater_views.my_figures_json, name="my_figures_json"),
]
preference_urls = [
    path("studies/<uuid:uid>/preferences/", preference_views.preferences, name="preferences"),
    path(
        "studies/<uuid:uid>/preferences.json",
        preference_views.preferences_json,
        name="preferences_json",
    ),
]
export_urls = [
    path(
        "studies/<uuid:uid>/agreement/tables/<slug:name>.csv",
        download_views.table,
        name="agreement_table",
    ),
    path("studies/<uuid:uid>/agreement.pdf", download_views.report_pdf, name="agreement_pdf"),
    path("studies/<uuid:uid>/agreement.html", download_views.report_html, name="agreement_html"),
    path("studies/<uuid:uid>/ratings.jsonl", ratings_views.ratings_jsonl, name="ratings_jsonl"),
    path("studies/<uuid:uid>/ratings.csv", ratings_views.ratings_csv, name="ratings_csv"),
]
feedback_urls = [
    path("p/<uuid:uid>/feedback/", feedback_views.feedback, name="feedback"),
    path(
        "p/<uuid:uid>/feedback/tables/<slug:name>.csv",
        feedback_views.feedback_table,
        name="feedback_table",
    ),
    path("p/<uuid:uid>/feedback/feedback.csv", feedback_views.feedback_csv, name="feedback_csv"),
    path(
        "p/<uuid:uid>/feedback/feedback.jsonl",
        feedback_views.feedback_jsonl,
        name="feedback_jsonl",
    ),
    path(
        "p/<uuid:uid>/feedback/feedback.parquet",
        feedback_views.feedback_parquet,
        name="feedback_parquet",
    ),
    path("p/<uuid:uid>/feedback/loop/", loop_views.loop, name="loop"),
    path("p/<uuid:uid>/feedback/loop.csv", loop_views.loop_csv, name="loop_csv"),
    path("p/<uuid:uid>/feedback/words/", feedback_words_views.words, name="feedback_words"),
    path("p/<uuid:uid>/feedback/live/", feedback_words_views.live_page, name="feedback_live"),
    path(
        "p/<uuid:uid>/feedback/live/part/",
        feedback_words_views.live_part,
        name="feedback_live_part",
    ),
    path(
        "conversations/<uuid:uid>/feedback/",
        feedback_words_views.of_conversation,
        name="conversation_feedback",
    ),
]
compare_urls = [
    path("p/<uuid:uid>/compare/", compare_views.comparison, name="compare"),
    path("p/<uuid:uid>/compare/plan/", compare_views.comparison_plan, name="compare_plan"),
    path("p/<uuid:uid>/compare/plan/lock/", compare_views.lock, name="compare_lock"),
    path("p/<uuid:uid>/compare/days/", compare_views.comparison_days, name="compare_days"),
    path(
        "p/<uuid:uid>/compare/days.json",
        compare_views.comparison_days_json,
        name="compare_days_json",
    ),
    path(
        "p/<uuid:uid>/compare/tables/<slug:name>.csv",
        compare_views.comparison_table,
        name="compare_table",
    ),
]
survey_urls = [
    path("surveys/<uuid:uid>/report/", survey_views.report, name="survey_report"),
    path("surveys/<uuid:uid>/report/words/", survey_views.words, name="survey_words"),
    path("surveys/<uuid:uid>/report/progress/", survey_views.progress, name="survey_progress"),
    path(
        "surveys/<uuid:uid>/report/tables/<slug:name>.csv",
        survey_views.table,
        name="survey_table",
    ),
    path(
        "surveys/<uuid:uid>/report/responses.csv",
        survey_views.responses_csv,
        name="survey_responses_csv",
    ),
    path(
        "surveys/<uuid:uid>/report/responses.jsonl",
        survey_views.responses_jsonl,
        name="survey_responses_jsonl",
    ),
    path(
        "surveys/<uuid:uid>/report/responses.parquet",
        survey_views.responses_parquet,
        name="survey_responses_parquet",
    ),
]
urlpatterns = [
    *agreement_urls,
    *detail_urls,
    *calibration_urls,
    *rater_urls,
    *preference_urls,
    *export_urls,
    *feedback_urls,
    *compare_urls,
    *survey_urls,
]
