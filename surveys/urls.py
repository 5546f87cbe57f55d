from django.urls import URLPattern

app_name = "surveys"

widget_urls: list[URLPattern] = []
survey_urls: list[URLPattern] = []
respondent_urls: list[URLPattern] = []
route_urls: list[URLPattern] = []
privacy_urls: list[URLPattern] = []
urlpatterns = [*widget_urls, *survey_urls, *respondent_urls, *route_urls, *privacy_urls]
