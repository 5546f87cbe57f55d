from django.urls import path

from conversations.api import views

urlpatterns = [
    path("projects/<uuid:uid>/conversations/", views.list_conversations, name="conversations"),
    path("conversations/<uuid:uid>/", views.get_conversation, name="conversation"),
    path("projects/<uuid:uid>/imports/", views.start_import, name="imports"),
    path("imports/<uuid:uid>/", views.get_import, name="import"),
    path("imports/<uuid:uid>/confirm/", views.confirm_import, name="import_confirm"),
    path("imports/<uuid:uid>/refused.jsonl", views.get_refused_lines, name="import_refused"),
]
