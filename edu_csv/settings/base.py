"""What every environment shares. The environment is read here, once; docs/settings.md lists the names."""

from __future__ import annotations

import os
from pathlib import Path

from celery.schedules import crontab

from edu_csv.settings import broker, database, env, reporting
from edu_csv.settings.reporting import *
from edu_csv.settings.webhooks import *

BASE_DIR = Path(__file__).resolve().parents[2]

# --- One machine's own folder: its database, its files, its secret key -------------------------------
DATA_DIR = Path(env.text("EDU_CSV_DATA_DIR", str(BASE_DIR / "var"))).expanduser().absolute()

DEBUG = False
ALLOWED_HOSTS: list[str] = env.names("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS: list[str] = env.names("CSRF_TRUSTED_ORIGINS")
ROOT_URLCONF = "edu_csv.urls"
ASGI_APPLICATION = "edu_csv.asgi.application"
WSGI_APPLICATION = "edu_csv.wsgi.application"

INSTALLED_APPS = [
    "edu_csv.local",
    "edu_csv.pages",
    "edu_csv.access",
    "edu_csv.jobs",
    "edu_csv.roster",
    "edu_csv.activity",
    "imports",
    "exports",
    "reporting",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "edu_csv.pages.csp.ContentSecurityPolicy",
    "edu_csv.health.Up",
    "edu_csv.static_files.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "edu_csv.pages.sessions.PersonOfSession",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

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
                "edu_csv.front.shell.shell",
            ]
        },
    }
]

# --- Database -----------------------------------------------------------------------------------------
DATABASE_URL = env.url("DATABASE_URL", "postgresql://127.0.0.1/edu_csv", schemes=database.SCHEMES)
# Past any pooler: a lease is an advisory lock of a session, which a pooler would share out.
DATABASE_DIRECT_URL = env.url("DATABASE_DIRECT_URL", DATABASE_URL, schemes=database.SCHEMES)
# Owns the tables; nothing but set-up and migrations uses it.
DATABASE_OWNER_URL = env.url("DATABASE_OWNER_URL", DATABASE_URL, schemes=database.SCHEMES)
# Every connection of the application steps down to this role, which owns nothing; "" is for the owner.
DATABASE_ROLE = os.environ.get("DATABASE_ROLE", "edu_csv_app")

DATABASES = {
    "default": database.from_url("DATABASE_URL", DATABASE_URL)
    # Under ASGI a request's thread ends with it: a connection kept open would be left behind.
    | {"ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Broker and workers -------------------------------------------------------------------------------
BROKER_URL = env.url("BROKER_URL", "redis://127.0.0.1:6379/0", schemes=broker.SCHEMES)
# Two at least: one slot is kept for small files.
WORKER_SLOTS = env.integer("WORKER_SLOTS", max(2, min(4, os.cpu_count() or 2)), at_least=2, at_most=256)

CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_TRANSPORT_OPTIONS = broker.transport_options(BROKER_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_QUEUES = broker.QUEUES
CELERY_TASK_DEFAULT_QUEUE = "imports"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_CONCURRENCY = WORKER_SLOTS
# A message only wakes: none is worth holding back for a slot that is busy.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Nobody listens to a worker's events, and over PostgreSQL each further queue is polled.
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = not BROKER_URL.startswith("pgmq:")

# Finds jobs whose worker died and jobs whose message was lost; a sweep that waited too long is dropped.
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "edu_csv.jobs.sweep", "schedule": 5.0, "options": {"queue": "imports", "expires": 5}},
    "tell": {"task": "imports.tell", "schedule": 15.0, "options": {"queue": "reports", "expires": 15}},
    "watch feeds": {
        "task": "imports.watch",
        "schedule": 60.0,
        "options": {"queue": "reports", "expires": 60},
    },
    # Answers what ended, takes what waits: each file that comes and each import that ends asks for it at once too.
    "pick up": {"task": "imports.pick_up", "schedule": 60.0, "options": {"queue": "imports", "expires": 60}},
    # Statements that nobody told of: each write of them wakes the projector too.
    "project activity": {
        "task": "activity.project_all",
        "schedule": 60.0,
        "options": {"queue": "reports", "expires": 60},
    },
    # At night, one after the other: first the partitions that tomorrow's rows need.
    "partitions": {
        "task": "imports.partitions",
        "schedule": crontab(hour=1, minute=17),
        "options": {"queue": "reports"},
    },
    "purge access": {
        "task": "access.purge",
        "schedule": crontab(hour=1, minute=27),
        "options": {"queue": "reports"},
    },
    "purge imports": {
        "task": "imports.purge",
        "schedule": crontab(hour=1, minute=37),
        "options": {"queue": "reports"},
    },
    "purge exports": {
        "task": "exports.purge",
        "schedule": crontab(hour=2, minute=37),
        "options": {"queue": "reports"},
    },
    # Recurring reports that are due; what has ended is told at once, and here what was not.
    "recurring reports": {
        "task": "reporting.recur",
        "schedule": 60.0,
        "options": {"queue": "reports", "expires": 60},
    },
    "tell of reports": {
        "task": "reporting.tell",
        "schedule": 15.0,
        "options": {"queue": "reports", "expires": 15},
    },
    # Every hour (reporting-api.md 4.3): what did not begin is missing, what is past its time is deleted.
    "sweep reports": {
        "task": "reporting.sweep",
        "schedule": crontab(minute=7),
        "options": {"queue": "reports", "expires": 3_600},
    },
}

# --- Files --------------------------------------------------------------------------------------------
FILES_DIR = Path(env.text("FILES_DIR", str(DATA_DIR / "files"))).expanduser().absolute()
S3_BUCKET = env.text("S3_BUCKET")
S3_ENDPOINT_URL = env.url("S3_ENDPOINT_URL", "", schemes=("http", "https"))
# Where browsers reach the same store, when that is another address: it stands in the links handed out.
S3_PUBLIC_ENDPOINT_URL = env.url("S3_PUBLIC_ENDPOINT_URL", "", schemes=("http", "https"))
S3_ACCESS_KEY = env.text("S3_ACCESS_KEY")
S3_SECRET_KEY = env.text("S3_SECRET_KEY")
S3_REGION = env.text("S3_REGION", "us-east-1")
# The address under which people reach this site: links in mails and signed links begin with it.
PUBLIC_BASE_URL = env.url("PUBLIC_BASE_URL", "http://localhost:8000", schemes=("http", "https"))
# How long a download link works; 7 days is the longest that S3 signs.
SIGNED_URL_SECONDS = env.integer("SIGNED_URL_SECONDS", 3_600, at_least=1, at_most=604_800)
# Where browsers put large files themselves, when it is not this site.
STORE_ORIGIN = env.origin(S3_PUBLIC_ENDPOINT_URL or S3_ENDPOINT_URL)
CSP_CONNECT_SRC = env.names("CSP_CONNECT_SRC", (STORE_ORIGIN,) if STORE_ORIGIN else ())

# How many requests one API client makes at the xAPI statements endpoint (xapi.md A23).
XAPI_REQUESTS_PER_SECOND = env.integer("XAPI_REQUESTS_PER_SECOND", 60, at_least=1, at_most=100_000)
# How many calls all clients of an institution make at the Reporting API (reporting-api.md 5.7), and whether a token may
# stand in the address there (5.2).
PUBLIC_API_REQUESTS_PER_MINUTE = env.integer(
    "PUBLIC_API_REQUESTS_PER_MINUTE", 120, at_least=1, at_most=100_000
)
EDUCSV_ALLOW_TOKEN_IN_QUERY = env.boolean("EDUCSV_ALLOW_TOKEN_IN_QUERY", False)

# A job whose worker dies this often is given up: its file may be what kills them.
JOB_MAX_ATTEMPTS = env.integer("JOB_MAX_ATTEMPTS", 4, at_least=1, at_most=100)
# By kind of job, where it is another number.
JOB_MAX_ATTEMPTS_OF = {"report": reporting.REPORT_MAX_ATTEMPTS}

MAX_UPLOAD_BYTES = env.size_bytes("MAX_UPLOAD_BYTES", 2 << 30)
# Of a file of the CSV Data Import API (csv data import 4.1).
MAX_CSV_DATA_BYTES = env.size_bytes("MAX_CSV_DATA_BYTES", 1 << 30)
MAX_UNPACKED_BYTES = env.size_bytes("MAX_UNPACKED_BYTES", 20 << 30)
# Of a zip of D2L or CircleIn files (d2l-standard-csv.md D-25).
MAX_PACKAGE_BYTES = env.size_bytes("MAX_PACKAGE_BYTES", 256 << 20)
MAX_PACKAGE_UNPACKED_BYTES = env.size_bytes("MAX_PACKAGE_UNPACKED_BYTES", 2 << 30)
MAX_PACKAGE_FILES = env.integer("MAX_PACKAGE_FILES", 64, at_least=1, at_most=10_000)
MAX_ROWS = env.integer("MAX_ROWS", 50_000_000, at_least=1, at_most=1_000_000_000)

# How long one capture may last (echovideo.md 6.2 (13)), always less than LONGEST_CAPTURE of roster/occurrences.py;
# over how many days a series may go, and how far ahead a schedule may lie: a year of five digits would be one
# that no calendar can show.
SCHEDULE_MAX_MINUTES = env.integer("SCHEDULE_MAX_MINUTES", 240, at_least=1, at_most=1_439)
SCHEDULE_MAX_DAYS = env.integer("SCHEDULE_MAX_DAYS", 731, at_least=1, at_most=3_660)
SCHEDULE_MAX_YEARS_AHEAD = env.integer("SCHEDULE_MAX_YEARS_AHEAD", 20, at_least=1, at_most=100)

UPLOAD_RETENTION_DAYS = env.integer("UPLOAD_RETENTION_DAYS", 90, at_least=1, at_most=3_650)
# How long what a source sent, and the answers to it, stay in the folders that it sees.
SOURCE_RETENTION_DAYS = env.integer("SOURCE_RETENTION_DAYS", 30, at_least=1, at_most=3_650)
EXPORT_RETENTION_DAYS = env.integer("EXPORT_RETENTION_DAYS", 30, at_least=1, at_most=3_650)
JOURNAL_RETENTION_DAYS = env.integer("JOURNAL_RETENTION_DAYS", 400, at_least=1, at_most=3_650)

# --- Sources: files that arrive by themselves ---------------------------------------------------------
# Below it each institution has a folder of its slug, and in that the folders that its sources have watched.
SOURCE_FOLDERS_DIR = Path(env.text("SOURCE_FOLDERS_DIR", str(DATA_DIR / "drop"))).expanduser().absolute()
SFTP_HOST = env.text("SFTP_HOST", "0.0.0.0")  # noqa: S104  # `up` names this machine only
SFTP_PORT = env.integer("SFTP_PORT", 2222, at_least=1, at_most=65_535)
# The private key by which clients know the server again: in this file, made when it is not there, or as text.
SFTP_HOST_KEY_FILE = (
    Path(env.text("SFTP_HOST_KEY_FILE", str(DATA_DIR / "sftp-host-key"))).expanduser().absolute()
)
SFTP_HOST_KEY = env.text("SFTP_HOST_KEY")

# An uploaded file goes to a temporary file as it arrives, never to memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 << 20

STATIC_URL = "static/"
# Pages ask for static files of this site only, and so does nobody else.
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_ROOT: Path | None = None
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "edu_csv.pages.finders.PackagedFilesFinder",
]

# --- Who calls ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "access.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
# A working day; the pages say so when it has ended.
SESSION_COOKIE_AGE = 8 * 3_600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "edu-csv",
    "DESCRIPTION": "Bulk import and export of an institution's roster.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # Endpoints are grouped by what comes after it.
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# --- Language and time --------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# --- Mail ---------------------------------------------------------------------------------------------
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 587, at_least=1, at_most=65_535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "edu-csv <no-reply@localhost>")
# Without a mail server messages are files to look at, so that nothing is lost without a trace.
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"

# --- Logs ---------------------------------------------------------------------------------------------
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"hide_links": {"()": "edu_csv.storage.redaction.HideLinks"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["hide_links"]}
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # When it debugs it writes the signature of each link that it makes.
        "botocore": {"handlers": [], "level": "INFO" if LOG_LEVEL == "DEBUG" else LOG_LEVEL},
    },
}
