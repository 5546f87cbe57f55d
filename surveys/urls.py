from django.urls import URLPattern, path

from surveys.views import hosted, routes

app_name = "surveys"

widget_urls: list[URLPattern] = []
survey_urls: list[URLPattern] = []
respondent_urls: list[URLPattern] = []
hosted_urls = [
    path("s/<slug:slug>/", hosted.hosted, name="hosted"),
    path("s/<slug:slug>/r/<str:code>/", hosted.resume, name="hosted_resume"),
    path("s/<slug:slug>/l/<str:token>/", hosted.by_link, name="hosted_link"),
]
route_urls = [
    path("p/<uuid:uid>/feedback/routes/", routes.routes, name="routes"),
    path("p/<uuid:uid>/feedback/routes/make/", routes.make, name="route_make"),
    path("routes/<uuid:uid>/switch/", routes.switch, name="route_switch"),
]
privacy_urls: list[URLPattern] = []
urlpatterns = [
    *widget_urls,
    *survey_urls,
    *respondent_urls,
    *hosted_urls,
    *route_urls,
    *privacy_urls,
]
