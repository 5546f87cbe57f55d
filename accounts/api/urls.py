from django.urls import path

from accounts.api import views

urlpatterns = [
    path("projects/", views.list_projects, name="projects"),
    path("jobs/<uuid:uid>/", views.get_job, name="job"),
    path("schema/", views.get_schema, name="schema"),
]
