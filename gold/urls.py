from django.urls import path

from gold.views import datasets, exports, growth, home, releases, runs

app_name = "gold"

dataset_urls = [
    path("p/<uuid:uid>/gold/", datasets.dataset_list, name="datasets"),
    path("p/<uuid:uid>/gold/create/", datasets.create_dataset, name="dataset_create"),
    path("gold/<uuid:uid>/", datasets.dataset_page, name="dataset"),
    path("gold/<uuid:uid>/propose/", datasets.propose, name="propose"),
    path("gold/<uuid:uid>/decide/", datasets.decide, name="decide"),
    path("gold/<uuid:uid>/publish/", datasets.publish, name="publish"),
    path("candidates/<uuid:uid>/reconsider/", datasets.reconsider, name="reconsider"),
    path("gold-items/<uuid:uid>/", datasets.gold_item, name="item"),
    path("gold-items/<uuid:uid>/retire/", datasets.retire, name="retire"),
]
release_urls = [
    path("releases/<uuid:uid>/", releases.release_page, name="release"),
    path("releases/<uuid:uid>/export/", exports.export, name="export"),
    path("exports/<uuid:uid>/", exports.download, name="download"),
]
run_urls = [
    path("gold/<uuid:uid>/runs/", runs.run_list, name="runs"),
    path("gold/<uuid:uid>/runs/bring/", runs.bring_run, name="run_bring"),
    path("runs/<uuid:uid>/", runs.run_page, name="run"),
    path("runs/<uuid:uid>/remove/", runs.remove, name="run_remove"),
    path("releases/<uuid:uid>/inputs.jsonl", runs.inputs, name="inputs_jsonl"),
    path("gold/<uuid:uid>/growth/", growth.growth, name="growth"),
    path("gold/<uuid:uid>/growth.json", growth.figures, name="growth_json"),
]
urlpatterns = [
    path("p/<uuid:uid>/", home.home, name="home"),
    *dataset_urls,
    *release_urls,
    *run_urls,
]
