"""The smallest Django that can sign raters in and take their scores: what the product costs beside.

Sessions, authentication, CSRF and serializers are there, because every product needs them; the
database is opened with the product's options, by Django's own backend.
"""

import os
from pathlib import Path

from config.database import database

HOME = Path(os.environ["TOUCHSTONE_HOME"])
SECRET_KEY = os.environ["TOUCHSTONE_SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.floor.urls"
USE_TZ = True
DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""), HOME)}
DATABASES["default"]["CONN_MAX_AGE"] = None
OURS = DATABASES["default"]["ENGINE"]
DATABASES["default"]["ENGINE"] = OURS.replace("core.", "django.db.backends.")
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "rest_framework",
    "bench.floor",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"]
}
