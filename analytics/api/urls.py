from django.urls import path

from analytics.api import views

urlpatterns = [
    path("studies/<uuid:uid>/agreement/", views.get_agreement, name="agreement"),
    path(
        "studies/<uuid:uid>/agreement/compute/", views.compute_agreement, name="agreement_compute"
    ),
    path("studies/<uuid:uid>/ratings.jsonl", views.export_ratings_jsonl, name="ratings_jsonl"),
    path("studies/<uuid:uid>/ratings.csv", views.export_ratings_csv, name="ratings_csv"),
]
