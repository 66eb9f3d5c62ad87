"""Every address of the API, found by walking the addresses themselves: a new one cannot be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from edu_csv.access.api.views import ApiView

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Door:
    """One address and one method. parameters: what its address has to be filled with."""

    name: str
    method: str
    parameters: tuple[str, ...]
    view: type[ApiView]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.name}"

    def address(self, **ids: Any) -> str:
        return reverse(f"api:{self.name}", kwargs={name: ids[name] for name in self.parameters})

    @property
    def handler(self) -> Any:
        return getattr(self.view, self.method)


def doors() -> list[Door]:
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[Door]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, pattern.namespace or namespace)
        elif namespace == "api":
            view = getattr(pattern.callback, "view_class", None)
            if view is not None and issubclass(view, ApiView):
                for method in METHODS:
                    if hasattr(view, method):
                        yield Door(str(pattern.name), method, tuple(pattern.pattern.converters), view)
