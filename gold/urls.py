from django.urls import path

from gold.views import datasets, home, releases

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
    path("releases/<uuid:uid>/export/", releases.export, name="export"),
    path("exports/<uuid:uid>/", releases.download, name="download"),
]
urlpatterns = [
    path("p/<uuid:uid>/", home.home, name="home"),
    *dataset_urls,
    *release_urls,
]
