"""Production: nothing that matters is guessed."""

from __future__ import annotations

from pathlib import Path

from edu_csv.settings import env
from edu_csv.settings.base import *

SECRET_KEY = env.required("SECRET_KEY", "50 or more random characters, the same on every host")
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS")  # former keys, while what they signed still lives
ALLOWED_HOSTS = env.required("ALLOWED_HOSTS", "the host names of the site, separated by commas").split(",")
env.required("DATABASE_URL", "the address of PostgreSQL 18, such as postgresql://user:password@host/edu_csv")
env.required("BROKER_URL", "the address of Redis or Valkey, such as redis://host:6379/0")

# The proxy in front speaks TLS and says so.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from within, without the proxy
SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 31_536_000, at_least=0, at_most=63_072_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.boolean("SECURE_HSTS_INCLUDE_SUBDOMAINS", False)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

# Filled by `manage.py collectstatic` when the image is built.
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
