"""What browsers of end users call: `/v1/`, without session or cookie, from any origin."""

from django.urls import URLPattern

app_name = "browser"
urlpatterns: list[URLPattern] = []
