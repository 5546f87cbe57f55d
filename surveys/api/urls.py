from django.urls import path

from surveys.api import assignments, feedback, links, subjects, webhooks

urlpatterns = [
    path("feedback", feedback.create_feedback, name="feedback_create"),
    path("feedback/<uuid:uid>", feedback.delete_feedback, name="feedback_delete"),
    path("projects/<uuid:uid>/feedback/", feedback.list_feedback, name="feedback"),
    path("feedback-links", links.create_feedback_link, name="feedback_link_create"),
    path("subjects/<str:subject>/kept", subjects.get_subject, name="subject"),
    path("subjects/<str:subject>", subjects.forget_a_subject, name="subject_forget"),
    path("assignments", assignments.assign_variants, name="assignments"),
    path("webhooks", webhooks.create_webhook, name="webhook_create"),
    path("projects/<uuid:uid>/webhooks/", webhooks.list_webhooks, name="webhooks"),
    path("webhooks/<uuid:uid>", webhooks.remove_webhook, name="webhook_delete"),
]
