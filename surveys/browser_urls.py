"""What browsers of end users call: `/v1/`, without session or cookie, from any origin."""

from django.urls import URLPattern, path

from surveys.views import browser, responses_browser

app_name = "browser"
widget_urls = [
    path("ingest", browser.ingest, name="ingest"),
    path("config/<str:public>", browser.config, name="config"),
    path("state", browser.state, name="state"),
]
response_urls = [
    path("responses/<uuid:uid>", responses_browser.responses, name="responses"),
    path("surveys/<slug:slug>", responses_browser.document, name="survey"),
]
urlpatterns: list[URLPattern] = [*widget_urls, *response_urls]
