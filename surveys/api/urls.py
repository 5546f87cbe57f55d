from django.urls import path

from surveys.api import assignments

urlpatterns = [
    path("assignments", assignments.assign_variants, name="assignments"),
]
