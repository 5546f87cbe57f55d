from django.urls import path

from gold.api import candidates, exports, items, runs, views

urlpatterns = [
    path("projects/<uuid:uid>/gold-datasets/", views.list_gold_datasets, name="gold_datasets"),
    path("gold-datasets/<uuid:uid>/releases/", views.list_releases, name="releases"),
    path(
        "gold-datasets/<uuid:uid>/candidates/", candidates.list_candidates, name="gold_candidates"
    ),
    path("releases/<uuid:uid>/", views.get_release, name="release"),
    path("releases/<uuid:uid>/diff/", views.get_diff, name="release_diff"),
    path("releases/<uuid:uid>/items.jsonl", views.get_release_items, name="release_items"),
    path("releases/<uuid:uid>/inputs.jsonl", runs.get_inputs, name="release_inputs"),
    path("releases/<uuid:uid>/runs/", runs.make_run, name="run_make"),
    path("gold-datasets/<uuid:uid>/runs/", runs.list_runs, name="runs"),
    path("runs/<uuid:uid>/", runs.get_run, name="run"),
    path("releases/<uuid:uid>/export/", exports.export_release, name="release_export"),
    path("gold-items/<uuid:uid>/", items.get_gold_item, name="gold_item"),
    path("gold-items/<uuid:uid>/revise/", items.revise_gold_item, name="gold_item_revise"),
    path("gold-items/<uuid:uid>/why/", views.get_why, name="gold_item_why"),
]
