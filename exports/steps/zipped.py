"""Zipped: several files written one after the other into one zip, which goes to storage as it grows."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from edu_csv import storage
from exports.steps.write import Out

# The next levels pack a tenth smaller and take twice as long.
LEVEL = 1


class Archive:
    """A zip that is written from its beginning to its end; sizes follow each member's bytes."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed

    @contextmanager
    def member(self, name: str) -> Iterator[Out]:
        """A file in it; one at a time. Its time is the earliest that a zip can say: the same is the same bytes."""
        # A member may be beyond 4 GiB, and nobody knows before it is written.
        with self._packed.open(name, "w", force_zip64=True) as file:
            yield cast("Out", file)


@contextmanager
def archive(file: storage.HashingWriter) -> Iterator[Archive]:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as packed:
        yield Archive(packed)
