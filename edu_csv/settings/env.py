"""The environment, read once and by type: a value that makes no sense stops the start with a sentence."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

UNITS = {"": 1, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40}
SIZE = re.compile(r"(\d+) ?([KMGT]iB)?", re.IGNORECASE)
YES = ("1", "true", "yes", "on")
NO = ("0", "false", "no", "off")


def text(name: str, default: str = "") -> str:
    """The value as it stands; a variable set to nothing counts as not set."""
    return os.environ.get(name, "").strip() or default


def required(name: str, meaning: str) -> str:
    """The value, which there is no sensible default for."""
    if value := text(name):
        return value
    raise ImproperlyConfigured(f"{name} is not set. Set it to {meaning}.")


def boolean(name: str, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in YES:
        return True
    if value in NO:
        return False
    raise _refusal(name, f"one of {', '.join(YES + NO)}")


def integer(name: str, default: int, *, at_least: int, at_most: int) -> int:
    value = text(name)
    if not value:
        return default
    if value.isascii() and value.isdigit() and at_least <= int(value) <= at_most:
        return int(value)
    raise _refusal(name, f"a whole number from {at_least:,} to {at_most:,}, written without commas")


def size_bytes(name: str, default: int) -> int:
    """A number of bytes, such as ``2147483648``, ``512 MiB`` or ``2GiB``."""
    value = text(name)
    if not value:
        return default
    if match := SIZE.fullmatch(value):
        return int(match[1]) * UNITS[(match[2] or "").upper()]
    raise _refusal(name, "a number of bytes such as 2147483648, 512 MiB or 2 GiB")


def choice(name: str, default: str, accepted: tuple[str, ...]) -> str:
    value = text(name, default)
    if value in accepted:
        return value
    raise _refusal(name, f"one of {', '.join(accepted)}")


def names(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Values separated by commas."""
    return [part for part in (piece.strip() for piece in text(name).split(",")) if part] or list(default)


def url(name: str, default: str, *, schemes: tuple[str, ...]) -> str:
    """An address with one of the schemes; a password in it never gets into the refusal."""
    value = text(name, default)
    if not value:
        return value
    try:
        parts = urlsplit(value)
        known = parts.scheme in schemes and bool(parts.netloc or parts.path) and parts.port != 0
    except ValueError:  # urlsplit of a broken port or bracket
        known = False
    if known:
        return value
    expected = " or ".join(f"{scheme}://…" for scheme in schemes)
    raise ImproperlyConfigured(f"{name}: expected an address such as {expected}. Correct it, or unset it.")


def origin(address: str) -> str:
    """Scheme, host and port of an address, as a content policy names it; "" for none."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""


def _refusal(name: str, expected: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name}: expected {expected}, got {text(name)!r}. Correct it, or unset it.")
