from django.urls import path

from surveys.api import assignments, feedback

urlpatterns = [
    path("feedback", feedback.create_feedback, name="feedback_create"),
    path("feedback/<uuid:uid>", feedback.delete_feedback, name="feedback_delete"),
    path("projects/<uuid:uid>/feedback/", feedback.list_feedback, name="feedback"),
    path("assignments", assignments.assign_variants, name="assignments"),
]
