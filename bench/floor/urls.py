from django.urls import path

from bench.floor import views

urlpatterns = [
    path("ready/", views.ready),
    path("enter/<int:number>/", views.enter),
    path("event", views.event),
    path("cycle/", views.Cycle.as_view()),
]
