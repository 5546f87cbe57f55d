"""What browsers of end users call: `/v1/`, without session or cookie, from any origin."""

from django.urls import URLPattern, path

from surveys.views import browser

app_name = "browser"
ingest_urls = [
    path("ingest", browser.ingest, name="ingest"),
]
urlpatterns: list[URLPattern] = [*ingest_urls]
