from django.urls import path

from annotation.views import (
    answer_keys,
    asking,
    calibration,
    examples,
    imported_ratings,
    joining,
    links,
    policies,
    qualifications,
    quality,
    rating,
    receipts,
    rubric_drafts,
    rubrics,
    settling,
    steering,
    studies,
    training,
    watching,
)

app_name = "annotation"

study_urls = [
    path("p/<uuid:uid>/studies/", studies.study_list, name="studies"),
    path("p/<uuid:uid>/studies/new/", studies.study_new, name="study_new"),
    path("p/<uuid:uid>/studies/create/", studies.create_study, name="study_create"),
    path("studies/<uuid:uid>/", studies.study_page, name="study"),
    path("studies/<uuid:uid>/draw/", studies.draw, name="study_draw"),
    path("studies/<uuid:uid>/raters/", studies.name_raters, name="study_raters"),
    path("studies/<uuid:uid>/invite/", studies.invite_rater, name="study_invite"),
    path("studies/<uuid:uid>/settling/", studies.change_settling, name="study_settling"),
    path("studies/<uuid:uid>/items/", studies.item_list, name="items"),
    path("studies/<uuid:uid>/close/", studies.confirm_close, name="study_close"),
    path("studies/<uuid:uid>/<slug:act>/state/", studies.change_state, name="study_state"),
]
steering_urls = [
    path("studies/<uuid:uid>/policy/", policies.policy, name="study_policy"),
    path("studies/<uuid:uid>/progress/", watching.progress, name="study_progress"),
    path("studies/<uuid:uid>/pause/", watching.confirm_pause, name="study_pause"),
    path("studies/<uuid:uid>/extend/", watching.extend, name="study_extend"),
    path("studies/<uuid:uid>/skipped/", watching.skipped, name="skipped"),
    path("studies/<uuid:uid>/flagged/", watching.flagged, name="flagged"),
    path("studies/<uuid:uid>/raters/<uuid:rater>/", steering.rater_page, name="study_rater"),
    path("studies/<uuid:uid>/raters/<uuid:rater>/limits/", steering.limits, name="rater_limits"),
    path("studies/<uuid:uid>/raters/<uuid:rater>/pause/", steering.pause, name="rater_pause"),
    path("studies/<uuid:uid>/raters/<uuid:rater>/in-hand/", steering.take_work, name="rater_work"),
    path("studies/<uuid:uid>/raters/<uuid:rater>/back/", steering.give_back, name="rater_back"),
    path("studies/<uuid:uid>/raters/<uuid:rater>/aside/", steering.set_aside, name="rater_aside"),
    path("studies/<uuid:uid>/raters/<uuid:rater>/count/", steering.let_count, name="rater_count"),
    path("studies/<uuid:uid>/raters/<uuid:rater>/lanes/", steering.hand_over, name="rater_lanes"),
    path(
        "studies/<uuid:uid>/raters/<uuid:rater>/lanes/reset/",
        steering.reset_lanes,
        name="rater_lanes_reset",
    ),
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
    path("questions/<uuid:uid>/", asking.reply, name="reply"),
]
settling_urls = [
    path("studies/<uuid:uid>/settle/", settling.settle, name="settle"),
    path("items/<uuid:uid>/", settling.item, name="item"),
    path("items/<uuid:uid>/decide/", settling.decide_item, name="item_decide"),
    path("items/<uuid:uid>/reopen/", settling.reopen_item, name="item_reopen"),
    path("items/<uuid:uid>/take-up/", settling.take_up_item, name="item_take_up"),
    path("items/<uuid:uid>/ask/", asking.ask, name="item_ask"),
    path("examples/<uuid:uid>/decide/", examples.decide, name="example_decide"),
    path("holds/<uuid:uid>/lift/", settling.lift, name="hold_lift"),
]
quality_urls = [
    path("studies/<uuid:uid>/keys/", answer_keys.keys, name="keys"),
    path("studies/<uuid:uid>/keys/take/", answer_keys.take_items, name="keys_take"),
    path("items/<uuid:uid>/key/", answer_keys.key, name="key"),
    path("assignments/<uuid:uid>/feedback/", training.feedback, name="feedback"),
    path("studies/<uuid:uid>/raters/<uuid:rater>/try-again/", training.try_again, name="try_again"),
    path("p/<uuid:uid>/qualifications/", qualifications.qualification_list, name="qualifications"),
    path("p/<uuid:uid>/qualifications/make/", qualifications.make, name="qualification_make"),
    path(
        "studies/<uuid:uid>/qualification/",
        qualifications.make_by_training,
        name="qualification_train",
    ),
    path("qualifications/<uuid:uid>/", qualifications.qualification, name="qualification"),
    path("qualifications/<uuid:uid>/bar/", qualifications.change_needed, name="qualification_bar"),
    path("qualifications/<uuid:uid>/give/", qualifications.grant, name="qualification_grant"),
    path(
        "qualifications/<uuid:uid>/holders/<uuid:rater>/",
        qualifications.revoke,
        name="qualification_revoke",
    ),
    path("studies/<uuid:uid>/quality/", quality.quality, name="study_quality"),
    path(
        "studies/<uuid:uid>/raters/<uuid:rater>/leave-out/", quality.exclude, name="rater_exclude"
    ),
    path("studies/<uuid:uid>/raters/<uuid:rater>/take-in/", quality.take_in, name="rater_take_in"),
    path("studies/<uuid:uid>/reveal/", calibration.reveal, name="reveal"),
    path("items/<uuid:uid>/reveal/", calibration.reveal_item, name="item_reveal"),
]
rubric_urls = [
    path("p/<uuid:uid>/rubrics/", rubrics.rubric_list, name="rubrics"),
    path("p/<uuid:uid>/rubrics/new/", rubrics.rubric_new, name="rubric_new"),
    path("p/<uuid:uid>/rubrics/create/", rubrics.create_rubric, name="rubric_create"),
    path("p/<uuid:uid>/rubrics/new/<slug:key>/", rubrics.rubric_template, name="rubric_template"),
    path("rubrics/<uuid:uid>/", rubrics.rubric_page, name="rubric"),
    path("rubrics/<uuid:uid>/draft/", rubrics.start_draft, name="rubric_draft"),
    path("rubrics/<uuid:uid>/archive/", rubrics.archive, name="rubric_archive"),
    path("rubric-versions/<uuid:uid>/", rubrics.rubric_version, name="rubric_version"),
    path("rubric-versions/<uuid:uid>/json/", rubrics.rubric_json, name="rubric_json"),
    path("rubric-versions/<uuid:uid>/edit/", rubric_drafts.edit, name="rubric_edit"),
    path("rubric-versions/<uuid:uid>/preview/", rubric_drafts.preview, name="rubric_preview"),
    path("rubric-versions/<uuid:uid>/replace/", rubric_drafts.replace, name="rubric_replace"),
    path(
        "rubric-versions/<uuid:uid>/publish/", rubric_drafts.confirm_publish, name="rubric_publish"
    ),
    path("rubric-versions/<uuid:uid>/freeze/", rubric_drafts.publish, name="rubric_freeze"),
    path("rubric-versions/<uuid:uid>/discard/", rubric_drafts.discard, name="rubric_discard"),
]
imported_urls = [
    path("p/<uuid:uid>/ratings/import/", imported_ratings.import_form, name="ratings_import"),
    path("p/<uuid:uid>/ratings/upload/", imported_ratings.upload, name="ratings_upload"),
    path("ratings/imports/<uuid:uid>/", imported_ratings.imported, name="ratings_imported"),
]
link_urls = [
    path("r/<str:token>/", joining.link, name="link"),
    path("r/<str:token>/join/", joining.join_by_link, name="link_join"),
    path("receipts/", receipts.find, name="receipt_find"),
    path("receipts/<slug:code>/", receipts.receipt, name="receipt"),
    path("receipts/<slug:code>/resume/", receipts.resume, name="receipt_resume"),
    path("receipts/<slug:code>/erase/", receipts.erase, name="receipt_erase"),
    path("receipts/<slug:code>/erase/<uuid:rating>/", receipts.erase_one, name="receipt_erase_one"),
    path("studies/<uuid:uid>/links/", links.links, name="links"),
    path("studies/<uuid:uid>/links/make/", links.make, name="link_make"),
    path("links/<uuid:uid>/extend/", links.extend, name="link_extend"),
    path("links/<uuid:uid>/revoke/", links.revoke, name="link_revoke"),
]
# Rating first: a path is sought from the top, and raters knock most.
urlpatterns = [
    *rating_urls,
    *rubric_urls,
    *study_urls,
    *steering_urls,
    *settling_urls,
    *quality_urls,
    *link_urls,
    *imported_urls,
]
