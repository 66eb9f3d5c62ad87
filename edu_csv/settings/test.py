"""The tests, and the tools that read code: nothing here needs the machine's own folder."""

from __future__ import annotations

from edu_csv.settings.base import *

SECRET_KEY = "tests only: nothing outside them is signed with this"  # noqa: S105 - not a secret
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests log in often
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
