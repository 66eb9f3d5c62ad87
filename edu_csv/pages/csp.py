"""The content policy of every page: our own files only, no inline script, no inline style."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Content-Security-Policy"

POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    # The outcome glyphs are masks with data: addresses in the stylesheet.
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


def policy() -> str:
    """Uploads go straight to storage where it lies elsewhere; CSP_CONNECT_SRC names those hosts."""
    hosts: list[str] = getattr(settings, "CSP_CONNECT_SRC", [])
    rules = {**POLICY, "connect-src": " ".join([POLICY["connect-src"], *hosts])}
    return "; ".join(f"{rule} {sources}" for rule, sources in rules.items())


class ContentSecurityPolicy:
    """Middleware, sync and async: a view that must differ sets the header itself."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = policy()
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        answer = self.get_response(request)
        if isinstance(answer, HttpResponseBase):
            return self._with_header(answer)
        return self._when_answered(answer)

    async def _when_answered(self, answer: Awaitable[HttpResponseBase]) -> HttpResponseBase:
        return self._with_header(await answer)

    def _with_header(self, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault(HEADER, self.policy)
        return response
