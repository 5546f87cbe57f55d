"""Every setting, read once from the environment; ``docs/reference/settings.md`` explains each."""

import contextlib
import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env
from config.database import database

BASE_DIR = Path(__file__).resolve().parent.parent
TOUCHSTONE_HOME = Path(env.text("TOUCHSTONE_HOME") or BASE_DIR / "var").resolve()
TOUCHSTONE_HOME.mkdir(parents=True, exist_ok=True)
TOUCHSTONE_PORT = env.number("TOUCHSTONE_PORT", 8000)
DEBUG = env.flag("TOUCHSTONE_DEBUG")
ALLOWED_HOSTS = env.words("TOUCHSTONE_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
BEHIND_HTTPS = env.flag("TOUCHSTONE_HTTPS")

# Database
DATABASE_URL = env.text("DATABASE_URL")
DATABASES = {
    "default": database(DATABASE_URL, TOUCHSTONE_HOME, durable=env.flag("TOUCHSTONE_DURABLE"))
}
EMBEDDED = "sqlite3" in DATABASES["default"]["ENGINE"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def secret_key() -> str:
    """From the environment; embedded, a key that the first start makes and keeps."""
    if given := env.secret("TOUCHSTONE_SECRET_KEY"):
        return given
    if not EMBEDDED:
        raise ImproperlyConfigured(
            "TOUCHSTONE_SECRET_KEY is not set. With DATABASE_URL every process needs the same key: "
            "write 50 random characters into TOUCHSTONE_SECRET_KEY or a file named by "
            "TOUCHSTONE_SECRET_KEY_FILE."
        )
    path = TOUCHSTONE_HOME / "secret-key"
    if not path.exists():
        # Written aside and linked whole, so that two first starts at once agree on one key.
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="utf-8")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="utf-8")


SECRET_KEY = secret_key()

INSTALLED_APPS = [
    "gold",
    "analytics",
    "surveys",
    "annotation",
    "conversations",
    "accounts",
    "jobs",
    "core",
    "allauth",
    "allauth.account",
    "axes",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "surveys.doorstep.DoorstepMiddleware",  # answers /v1/ by itself, so that it costs little
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "annotation.seats.SeatMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.csp.ContentPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.VisibleTurnsMiddleware",
    "core.middleware.DomainErrorMiddleware",
    "core.middleware.FormAddressMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.place",
            ],
            "builtins": ["django.templatetags.i18n", "core.templatetags.touchstone"],
        },
    }
]

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.SessionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.SignInForm",
    "change_password": "accounts.sign_in_forms.NewPasswordForm",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": False}
ACCOUNT_PREVENT_ENUMERATION = True
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "core.views.locked_out"
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_HTTPS
CSRF_COOKIE_SECURE = BEHIND_HTTPS
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
SECURE_SSL_REDIRECT = BEHIND_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_HTTPS else 0
# Whether other subdomains speak HTTPS too, and the browsers' preload list, the operator decides.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# The API: JSON alone, for keys and for sessions
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.KeyAuthentication",
        "accounts.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "core.api.rendering.OneForm",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "1200/min"},  # a process, a caller
    "EXCEPTION_HANDLER": "core.api.errors.in_envelope",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Touchstone",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "JobState": "jobs.models.Job.State",
        "ImportState": "conversations.models.ImportRun.State",
        "RubricVersionState": "annotation.models.RubricVersion.State",
        "StudyState": "annotation.models.Study.State",
    },
    "AUTHENTICATION_WHITELIST": [],
    "SECURITY": [{"key": []}, {"session": []}],
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "key": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        }
    },
}

# Words
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ja", _("Japanese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = env.text("TOUCHSTONE_TIME_ZONE", "UTC")
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = TOUCHSTONE_HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Compressed once by collectstatic, which `serve` runs whenever a file has changed.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 600
MEDIA_ROOT = TOUCHSTONE_HOME / "files"
FILE_UPLOAD_TEMP_DIR = TOUCHSTONE_HOME / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
FILE_UPLOAD_HANDLERS = ["core.upload.UploadToDisk"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
TOUCHSTONE_MAX_UPLOAD = env.number("TOUCHSTONE_MAX_UPLOAD", 4_000_000_000)
UPLOAD_DAYS = env.number("TOUCHSTONE_UPLOAD_DAYS", 7)
LEFTOVER_DAYS = env.number("TOUCHSTONE_LEFTOVER_DAYS", 1)

# What end users write: a function by its dotted path that goes over comments before they are stored
SCRUBBER = env.text("TOUCHSTONE_SCRUBBER")

# Inner networks to which webhooks may send; without any only the public internet is
WEBHOOK_NETWORKS = env.networks("TOUCHSTONE_WEBHOOK_NETWORKS")

# Background work: the Job row is the truth, a message only wakes a worker.
JOB_LEASE_SECONDS = env.number("TOUCHSTONE_JOB_LEASE_SECONDS", 30)
JOB_DAYS = env.number("TOUCHSTONE_JOB_DAYS", 90)
# Workers share the cores as processes; threads beside them would spin while they wait.
env.limit_math_threads(env.number("TOUCHSTONE_MATH_THREADS", 1))
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL") or "fsqueue://localhost"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(TOUCHSTONE_HOME / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "jobs.sweep", "schedule": 10.0, "options": {"expires": 9}},
    "clean": {"task": "jobs.clean", "schedule": 3600.0, "options": {"expires": 3500}},
}
if CELERY_BROKER_URL.startswith("fsqueue:"):
    QUEUE = TOUCHSTONE_HOME / "queue"
    for folder in (QUEUE, QUEUE / "control"):
        folder.mkdir(exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE),
        "data_folder_out": str(QUEUE),
        "control_folder": str(QUEUE / "control"),
        "polling_interval": 0.1,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("TOUCHSTONE_LOG_LEVEL", "WARNING")},
}
