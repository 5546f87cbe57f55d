from allauth.account import views as allauth
from django.urls import include, path
from django.views.decorators.http import require_http_methods

from accounts.views.start import set_language
from core.views import health

# Of allauth's pages only those that an installation without e-mail can keep its promises on; class
# views would answer every method.
a_form = require_http_methods(["GET", "HEAD", "POST"])
sign_in_urls = [
    path("accounts/login/", a_form(allauth.login), name="account_login"),
    path("accounts/logout/", a_form(allauth.logout), name="account_logout"),
    path("accounts/signup/", a_form(allauth.signup), name="account_signup"),
    path("accounts/inactive/", a_form(allauth.account_inactive), name="account_inactive"),
    path("accounts/password/", a_form(allauth.password_change), name="account_change_password"),
]
handler404 = "core.views.not_found"
handler500 = "core.views.failed"
api_urls = [
    path("", include("accounts.api.urls")),
    path("", include("conversations.api.urls")),
    path("", include("annotation.api.urls")),
    path("", include("surveys.api.urls")),
    path("", include("analytics.api.urls")),
    path("", include("gold.api.urls")),
]
urlpatterns = [
    path("", include("annotation.urls")),  # raters knock most, and a path is sought from the top
    path("v1/", include("surveys.browser_urls")),
    path("health/", health, name="health"),
    path("language/", set_language, name="set_language"),
    *sign_in_urls,
    path("api/v1/", include((api_urls, "api"))),
    path("", include("accounts.urls")),
    path("", include("conversations.urls")),
    path("", include("surveys.urls")),
    path("", include("analytics.urls")),
    path("", include("gold.urls")),
]
