from django.urls import include, path

from core import views

urlpatterns = [
    path("health/", views.health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("conversations.urls")),
    path("", include("annotation.urls")),
    path("", include("analytics.urls")),
    path("", include("gold.urls")),
]
