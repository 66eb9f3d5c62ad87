"""Files in storage that no record names any more: what a night's or an hour's purge removes.

Exports and requested reports keep theirs alike, under ``exports/7/0190…/1/name.csv``: kind, institution, the job that
they belong to, its attempt, and a name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from datetime import datetime
from itertools import islice
from uuid import UUID

from edu_csv import storage

KEYS_AT_ONCE = 500

# The files that each of these jobs names; None for one that is being made, which may yet name any; nothing for one
# that is not there.
Named = Callable[[Set[UUID]], Mapping[UUID, Set[str] | None]]


def remove(prefix: str, named: Named, *, before: datetime) -> int:
    """Remove the files below ``prefix`` that their job does not name; how many those were.

    before: what belongs to no job is left alone when it is younger, for its job may be about to be written.
    """
    removed = 0
    keys = storage.list_keys(prefix)
    while batch := list(islice(keys, KEYS_AT_ONCE)):
        owners = {stored.key: owner(stored.key) for stored in batch}
        kept = named({job for job in owners.values() if job})
        for stored in batch:
            job = owners[stored.key]
            if job is None or job not in kept:
                is_kept = stored.modified > before
            else:
                names = kept[job]
                is_kept = names is None or stored.key in names
            if not is_kept:
                storage.delete(stored.key)
                removed += 1
    return removed


def owner(key: str) -> UUID | None:
    """The job in such a key; None when there is none."""
    parts = key.split("/")
    try:
        return UUID(parts[2])
    except (IndexError, ValueError):
        return None
