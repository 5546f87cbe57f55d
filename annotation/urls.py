from django.urls import path

from annotation.views import rating, studies

app_name = "annotation"

study_urls = [
    path("p/<uuid:uid>/studies/", studies.study_list, name="studies"),
    path("p/<uuid:uid>/studies/new/", studies.study_new, name="study_new"),
    path("p/<uuid:uid>/studies/create/", studies.create_study, name="study_create"),
    path("studies/<uuid:uid>/", studies.study_page, name="study"),
    path("studies/<uuid:uid>/draw/", studies.draw, name="study_draw"),
    path("studies/<uuid:uid>/raters/", studies.name_raters, name="study_raters"),
    path("studies/<uuid:uid>/invite/", studies.invite_rater, name="study_invite"),
    path("studies/<uuid:uid>/raters/<uuid:rater>/pause/", studies.pause_rater, name="rater_pause"),
    path("studies/<uuid:uid>/settling/", studies.change_settling, name="study_settling"),
    path("studies/<uuid:uid>/items/", studies.item_list, name="items"),
    path("studies/<uuid:uid>/<slug:act>/state/", studies.change_state, name="study_state"),
]
rating_urls = [
    path("my-work/", rating.my_studies, name="my_studies"),
    path("studies/<uuid:uid>/rate/", rating.rate, name="rate"),
    path("studies/<uuid:uid>/take-back/", rating.undo, name="undo"),
    path("studies/<uuid:uid>/my-ratings/", rating.my_ratings, name="my_ratings"),
    path("assignments/<uuid:uid>/", rating.revise, name="revise"),
    path("assignments/<uuid:uid>/submit/", rating.submit, name="submit"),
    path("assignments/<uuid:uid>/draft/", rating.draft, name="draft"),
    path("assignments/<uuid:uid>/skip/", rating.skip, name="skip"),
]
urlpatterns = [*study_urls, *rating_urls]
