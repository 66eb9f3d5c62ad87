"""One machine: `manage.py up`, `manage.py demo`, and working on the code."""

from __future__ import annotations

from edu_csv.local.secret_key import kept_secret_key
from edu_csv.settings import env
from edu_csv.settings.base import *

DEBUG = env.boolean("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY") or kept_secret_key(DATA_DIR)

# Static files are served where they lie: nothing has to be collected first.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Without a mail server mails are printed by the worker that would send them; under `up` into logs/worker.log.
if not EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
