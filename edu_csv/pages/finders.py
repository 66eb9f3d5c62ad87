"""Third-party files of the pages, served out of their installed packages: a dozen files, by name.

Nothing third-party is committed and no page asks another host. A package's other files stay out of
reach: this finder knows only the names in the table, and ``collectstatic`` copies only these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage, Error
from django.core.files.base import File
from django.core.files.storage import Storage

from edu_csv.pages import fonts

# Name under STATIC_URL -> package, and where the file lies in it.
PACKAGED = {
    "vendor/bootstrap.min.css": ("django_include_bootstrap", "static/css/bootstrap.min.css"),
    # Named by a comment in the stylesheet; a storage that hashes names refuses the css without it.
    "vendor/bootstrap.min.css.map": ("django_include_bootstrap", "static/css/bootstrap.min.css.map"),
    "vendor/htmx.min.js": ("django_htmx", "static/django_htmx/htmx-2.min.js"),
}


def packaged_file(name: str) -> Path | None:
    """Return where the file of this name lies on disk; None when the table does not list it.

    The three files of the cut font are listed once they exist: without them the system font serves.
    """
    if name in PACKAGED:
        package, inside = PACKAGED[name]
        return Path(str(resources.files(package).joinpath(*inside.split("/"))))
    folder, _, base = name.rpartition("/")
    if folder == fonts.STATIC_FOLDER and base in fonts.FILES:
        path = fonts.directory() / base
        return path if path.is_file() else None
    return None


def packaged_names() -> list[str]:
    """Return every name that can be served now."""
    cut = [f"{fonts.STATIC_FOLDER}/{name}" for name in fonts.FILES]
    return [*PACKAGED, *(name for name in cut if packaged_file(name))]


class PackagedFiles(Storage):
    """The listed files as a read-only storage, which is what ``collectstatic`` reads from."""

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        return File(self._located(name).open("rb"), name=name)

    def exists(self, name: str) -> bool:
        return packaged_file(name) is not None

    def path(self, name: str) -> str:
        return str(self._located(name))

    def size(self, name: str) -> int:
        return self._located(name).stat().st_size

    def get_modified_time(self, name: str) -> datetime:
        return datetime.fromtimestamp(self._located(name).stat().st_mtime, tz=UTC)

    def _located(self, name: str) -> Path:
        path = packaged_file(name)
        if path is None:
            raise FileNotFoundError(f"expected one of {', '.join(packaged_names())}, got {name!r}")
        return path


class PackagedFilesFinder(BaseFinder):
    """Add to STATICFILES_FINDERS."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = PackagedFiles()

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return [
            Error(
                f"{name} should come from the package {package}, which has no file {inside}.",
                hint="Install the pinned requirements again: make setup.",
                id="pages.E001",
            )
            for name, (package, inside) in PACKAGED.items()
            if not _is_there(name)
        ]

    # Django 5.2 renamed ``all`` to ``find_all`` and still passes either.
    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = packaged_file(path)
        wants_all = find_all or bool(kwargs.get("all"))
        if found is None or not found.is_file():
            return []
        return [str(found)] if wants_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name in packaged_names():
            if not matches_patterns(name, list(ignore_patterns or [])):
                yield name, self.storage


def _is_there(name: str) -> bool:
    try:
        path = packaged_file(name)
    except ModuleNotFoundError:
        return False
    return path is not None and path.is_file()
