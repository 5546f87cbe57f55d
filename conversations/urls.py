from django.urls import path

from conversations.views import imports, reading, refused

app_name = "conversations"

reading_urls = [
    path("p/<uuid:uid>/conversations/", reading.conversation_list, name="list"),
    path("conversations/<uuid:uid>/", reading.conversation, name="detail"),
]
import_urls = [
    path("p/<uuid:uid>/conversations/import/", imports.import_form, name="import"),
    path("p/<uuid:uid>/conversations/import/upload/", imports.upload, name="import_upload"),
    path("p/<uuid:uid>/imports/", imports.import_list, name="imports"),
    path("imports/<uuid:uid>/", imports.import_run, name="import_run"),
    path("imports/<uuid:uid>/progress/", imports.progress, name="import_progress"),
    path("imports/<uuid:uid>/columns/", imports.columns, name="import_columns"),
    path("imports/<uuid:uid>/confirm/", imports.confirm, name="import_confirm"),
    path("imports/<uuid:uid>/discard/", imports.discard, name="import_discard"),
    path("imports/<uuid:uid>/go-on/", imports.go_on, name="import_go_on"),
    path("imports/<uuid:uid>/take-back/", imports.take_back, name="import_take_back"),
    path("imports/<uuid:uid>/refused.jsonl", refused.json_lines, name="refused_json_lines"),
    path("imports/<uuid:uid>/refused.csv", refused.table, name="refused_csv"),
]
urlpatterns = [*reading_urls, *import_urls]
