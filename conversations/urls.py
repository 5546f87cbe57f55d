from django.urls import path

from conversations.views import imports, reading, redacting, refused, written

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
redaction_urls = [
    path("p/<uuid:uid>/redaction/", redacting.queue, name="redaction"),
    path("p/<uuid:uid>/redaction/scan/", redacting.start_scan, name="redaction_scan"),
    path("p/<uuid:uid>/redaction/names/", redacting.change_names, name="redaction_names"),
    path("p/<uuid:uid>/redaction/imports/", redacting.change_imports, name="redaction_imports"),
    path(
        "p/<uuid:uid>/redaction/originals/",
        redacting.change_originals,
        name="redaction_originals",
    ),
    path("p/<uuid:uid>/redaction/written/", written.look, name="written"),
    path("p/<uuid:uid>/redaction/written/decide/", written.decide, name="written_decide"),
    path("conversations/<uuid:uid>/redaction/", redacting.redact, name="redact"),
    path("conversations/<uuid:uid>/redaction/scan/", redacting.look_through, name="redact_scan"),
    path("conversations/<uuid:uid>/redaction/mark/", redacting.mark, name="redact_mark"),
    path("conversations/<uuid:uid>/redaction/all/", redacting.decide_all, name="redact_all"),
    path("redactions/<uuid:uid>/", redacting.decide_one, name="redact_one"),
]
urlpatterns = [*reading_urls, *import_urls, *redaction_urls]
