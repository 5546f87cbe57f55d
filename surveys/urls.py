from django.urls import URLPattern, path

from surveys.views import (
    builder,
    feedback_links,
    hosted,
    importing,
    links,
    own,
    preview,
    privacy,
    routes,
    surveys,
    webhooks,
    widget,
    widget_files,
)

app_name = "surveys"

widget_urls = [
    path("p/<uuid:uid>/widget/", widget.widgets, name="widgets"),
    path("p/<uuid:uid>/widget/make/", widget.make, name="widget_make"),
    path("widget-keys/<uuid:uid>/", widget.widget, name="widget"),
    path("widget-keys/<uuid:uid>/change/", widget.change, name="widget_change"),
    path("widget-keys/<uuid:uid>/secret/", widget.show_secret, name="widget_secret"),
    path("widget-keys/<uuid:uid>/rotate/", widget.rotate, name="widget_rotate"),
    path("widget-keys/<uuid:uid>/revoke/", widget.revoke, name="widget_revoke"),
    path("widget-keys/<uuid:uid>/words/", widget.words, name="widget_words"),
    path("widget-keys/<uuid:uid>/preview/", widget.preview, name="widget_preview"),
    path("widget-keys/<uuid:uid>/test/", widget.attempt, name="widget_test"),
    path("widget-keys/<uuid:uid>/test/arrived/", widget.arrived, name="widget_test_progress"),
    path("w/<str:version>/<str:name>", widget_files.widget_file, name="widget_file"),
]
survey_urls = [
    path("p/<uuid:uid>/surveys/", surveys.survey_list, name="surveys"),
    path("p/<uuid:uid>/surveys/new/", surveys.survey_new, name="survey_new"),
    path("p/<uuid:uid>/surveys/create/", surveys.create, name="survey_create"),
    path(
        "p/<uuid:uid>/surveys/templates/<slug:key>/", surveys.template_page, name="survey_template"
    ),
    path("surveys/<uuid:uid>/", surveys.survey_page, name="survey"),
    path("surveys/<uuid:uid>/settings/", surveys.settings, name="survey_settings"),
    path("surveys/<uuid:uid>/pause/", surveys.pause, name="survey_pause"),
    path("surveys/<uuid:uid>/reopen/", surveys.reopen, name="survey_reopen"),
    path("surveys/<uuid:uid>/close/", surveys.close, name="survey_close"),
    path("surveys/<uuid:uid>/copy/", surveys.copy, name="survey_copy"),
    path("survey-versions/<uuid:uid>/", surveys.version_page, name="survey_version"),
    path(
        "survey-versions/<uuid:uid>/survey.json", surveys.version_json, name="survey_version_json"
    ),
]
builder_urls = [
    path("surveys/<uuid:uid>/draft/", builder.start_draft, name="survey_draft"),
    path("surveys/<uuid:uid>/edit/", builder.edit, name="survey_edit"),
    path("surveys/<uuid:uid>/preview/", preview.preview, name="survey_preview"),
    path("surveys/<uuid:uid>/publish/", builder.confirm_publish, name="survey_publish"),
    path("surveys/<uuid:uid>/freeze/", builder.publish, name="survey_freeze"),
    path("surveys/<uuid:uid>/discard/", builder.discard, name="survey_discard"),
]
link_urls = [
    path("surveys/<uuid:uid>/links/", links.links, name="survey_links"),
    path("surveys/<uuid:uid>/links/make/", links.make, name="survey_link_make"),
    path("surveys/<uuid:uid>/links.csv", links.links_csv, name="survey_links_csv"),
    path("survey-links/<uuid:uid>/", links.link_code, name="survey_link_code"),
    path("survey-links/<uuid:uid>/extend/", links.extend, name="survey_link_extend"),
    path("survey-links/<uuid:uid>/revoke/", links.revoke, name="survey_link_revoke"),
]
respondent_urls: list[URLPattern] = []
hosted_urls = [
    path("f/<str:token>/", feedback_links.ask, name="feedback_link"),
    path("s/<slug:slug>/", hosted.hosted, name="hosted"),
    path("s/<slug:slug>/r/<str:code>/", hosted.resume, name="hosted_resume"),
    path("s/<slug:slug>/l/<str:token>/", hosted.by_link, name="hosted_link"),
]
import_urls = [
    path("p/<uuid:uid>/surveys/import/", importing.import_form, name="import"),
    path("p/<uuid:uid>/surveys/import/upload/", importing.upload, name="import_upload"),
    path("response-imports/<uuid:uid>/", importing.response_import, name="response_import"),
    path("response-imports/<uuid:uid>/columns/", importing.columns, name="response_import_columns"),
    path("response-imports/<uuid:uid>/confirm/", importing.confirm, name="response_import_confirm"),
    path("response-imports/<uuid:uid>/discard/", importing.discard, name="response_import_discard"),
    path("response-imports/<uuid:uid>/go-on/", importing.go_on, name="response_import_go_on"),
    path(
        "response-imports/<uuid:uid>/progress/",
        importing.progress,
        name="response_import_progress",
    ),
    path(
        "response-imports/<uuid:uid>/refused.csv",
        importing.refused_csv,
        name="response_import_refused_csv",
    ),
]
route_urls = [
    path("p/<uuid:uid>/feedback/routes/", routes.routes, name="routes"),
    path("p/<uuid:uid>/feedback/routes/make/", routes.make, name="route_make"),
    path("routes/<uuid:uid>/switch/", routes.switch, name="route_switch"),
]
privacy_urls = [
    path("p/<uuid:uid>/feedback/privacy/", privacy.privacy, name="privacy"),
    path("p/<uuid:uid>/feedback/privacy/change/", privacy.change, name="privacy_change"),
    path("p/<uuid:uid>/feedback/privacy/subject.json", privacy.look_up, name="subject_file"),
    path("p/<uuid:uid>/feedback/privacy/forget/", privacy.forget, name="subject_forget"),
    path("p/<uuid:uid>/feedback/fixed/", privacy.tell_fixed, name="fixed"),
    path("my-feedback/<str:token>/", own.own, name="own"),
    path("my-feedback/<str:token>/erase/", own.erase_all, name="own_erase"),
    path("my-feedback/<str:token>/<int:pk>/change/", own.change, name="own_change"),
    path("my-feedback/<str:token>/<int:pk>/erase/", own.erase_one, name="own_erase_one"),
    path(
        "my-feedback/<str:token>/responses/<int:pk>/erase/",
        own.erase_response,
        name="own_erase_response",
    ),
]
webhook_urls = [
    path("p/<uuid:uid>/webhooks/", webhooks.webhooks, name="webhooks"),
    path("p/<uuid:uid>/webhooks/make/", webhooks.make, name="webhook_make"),
    path("webhooks/<uuid:uid>/", webhooks.webhook, name="webhook"),
    path("webhooks/<uuid:uid>/log/", webhooks.log, name="webhook_log_part"),
    path("webhooks/<uuid:uid>/secret/", webhooks.show_secret, name="webhook_secret"),
    path("webhooks/<uuid:uid>/change/", webhooks.change, name="webhook_change"),
    path("webhooks/<uuid:uid>/test/", webhooks.attempt, name="webhook_attempt"),
    path("webhooks/<uuid:uid>/switch/", webhooks.switch, name="webhook_switch"),
    path("webhooks/<uuid:uid>/rotate/", webhooks.rotate, name="webhook_rotate"),
    path("webhooks/<uuid:uid>/delete/", webhooks.delete, name="webhook_delete"),
]
urlpatterns = [
    *widget_urls,
    *survey_urls,
    *builder_urls,
    *link_urls,
    *respondent_urls,
    *hosted_urls,
    *import_urls,
    *route_urls,
    *privacy_urls,
    *webhook_urls,
]
