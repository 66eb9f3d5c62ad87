"""The tests, and the tools that read code: nothing here needs the machine's own folder."""

from __future__ import annotations

from edu_csv.settings import env
from edu_csv.settings.base import *

SECRET_KEY = "tests only: nothing outside them is signed with this"  # noqa: S105 - not a secret
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests log in often
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# Messages of tests go nowhere; tests with a worker process name a broker.
if not env.text("BROKER_URL"):
    BROKER_URL = CELERY_BROKER_URL = "memory://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {}
