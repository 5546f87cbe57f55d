from django.urls import path

from annotation.api import views

urlpatterns = [
    path("projects/<uuid:uid>/rubrics/", views.list_rubrics, name="rubrics"),
    path("rubric-versions/<uuid:uid>/", views.get_rubric_version, name="rubric_version"),
    path("projects/<uuid:uid>/studies/", views.list_studies, name="studies"),
    path("studies/<uuid:uid>/", views.get_study, name="study"),
    path("studies/<uuid:uid>/ratings/", views.import_ratings, name="ratings_import"),
    path("rating-imports/<uuid:uid>/", views.get_rating_import, name="ratings_imported"),
]
