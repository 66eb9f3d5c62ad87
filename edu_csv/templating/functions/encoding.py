"""Encodings and digests. ``sha1`` and ``md5`` make ids, they keep no secrets (csv data import 1.5)."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from urllib.parse import quote, unquote_to_bytes

from edu_csv.templating.faults import CallFault
from edu_csv.templating.functions.registry import function
from edu_csv.templating.functions.texts import within
from edu_csv.templating.limits import shown
from edu_csv.templating.values import Value, text


@function("urlEncode value", "For a part of an address: a b/ü is a%20b%2F%C3%BC.", remembered=True)
def url_encode(value: Value) -> Value:
    whole = text(value)
    # Most ids consist of letters and digits.
    if whole.isalnum() and whole.isascii():
        return whole
    within(3 * len(whole))
    return quote(whole, safe="")


@function("urlDecode value", "The reverse of urlEncode.")
def url_decode(value: Value) -> Value:
    try:
        return unquote_to_bytes(text(value)).decode()
    except UnicodeDecodeError:
        raise CallFault(f'"{shown(text(value))}" is not UTF-8 when decoded', 0) from None


@function("base64 value", "Base64 of its UTF-8.")
def base64(value: Value) -> Value:
    return b64encode(text(value).encode()).decode()


@function("sha1 value", "SHA-1 in hexadecimal, for ids.", remembered=True)
def sha1(value: Value) -> Value:
    return hashlib.sha1(text(value).encode(), usedforsecurity=False).hexdigest()


@function("sha256 value", "SHA-256 in hexadecimal.", remembered=True)
def sha256(value: Value) -> Value:
    return hashlib.sha256(text(value).encode()).hexdigest()


@function("md5 value", "MD5 in hexadecimal, for ids.", remembered=True)
def md5(value: Value) -> Value:
    return hashlib.md5(text(value).encode(), usedforsecurity=False).hexdigest()


@function(
    "mboxSha1 value",
    "xAPI's mbox_sha1sum of an e-mail address, its domain in small letters.",
    remembered=True,
)
def mbox_sha1(value: Value) -> Value:
    local, at, domain = text(value).strip().removeprefix("mailto:").rpartition("@")
    if not (local and domain):
        raise CallFault(f'"{shown(text(value))}" is not an e-mail address', 0)
    return sha1(f"mailto:{local}{at}{domain.lower()}")
