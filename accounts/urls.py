from django.urls import path

from accounts.views import invitations, jobs, keys, people, start

app_name = "accounts"

team_urls = [
    path("teams/<uuid:uid>/people/", people.people, name="people"),
    path("teams/<uuid:uid>/people/invite/", people.invite, name="invite"),
    path("teams/<uuid:uid>/people/<uuid:member>/role/", people.change_role, name="change_role"),
    path("teams/<uuid:uid>/people/<uuid:member>/remove/", people.remove, name="remove"),
    path("teams/<uuid:uid>/audit/", people.audit_log, name="audit"),
    path("teams/<uuid:uid>/projects/new/", people.project_new, name="project_new"),
    path("teams/<uuid:uid>/projects/", people.create_project, name="project_create"),
    path("p/<uuid:uid>/name/", people.project_name, name="project_name"),
]
invitation_urls = [
    path("invitations/<uuid:uid>/revoke/", people.revoke, name="revoke"),
    path("invitations/<slug:token>/", invitations.show, name="invitation"),
    path("invitations/<slug:token>/join/", invitations.join, name="join"),
    path("invitations/<slug:token>/accept/", invitations.accept, name="accept"),
]
key_urls = [
    path("teams/<uuid:uid>/keys/", keys.key_list, name="keys"),
    path("teams/<uuid:uid>/keys/make/", keys.make, name="key_make"),
    path("keys/<uuid:uid>/revoke/", keys.revoke, name="key_revoke"),
]
job_urls = [
    path("jobs/<uuid:uid>/", jobs.job, name="job"),
    path("jobs/<uuid:uid>/part/", jobs.job_part, name="job_part"),
    path("jobs/<uuid:uid>/cancel/", jobs.cancel, name="job_cancel"),
]
urlpatterns = [
    path("", start.start, name="start"),
    *team_urls,
    *invitation_urls,
    *key_urls,
    *job_urls,
]
