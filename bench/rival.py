"""The same rows through django-import-export, in two ways; run as the owner, without row-level security.

``python -m bench.rival FILE --rows N --institution I --how library`` prints one JSON object.

*library*: what it offers itself, ``use_bulk`` and ``CachedForeignKeyWidget``; its cached instance loader
knows keys of one field only, so each row asks for its enrollment. *tuned*: with code of one's own, so that no
row asks the database anything: existing enrollments and references in dictionaries, and no diffs.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import time
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

import django

HOW = ("library", "tuned")


def make_resource(institution: int, how: str) -> Any:
    """The resource, ready to import; after ``django.setup()``."""
    from import_export import fields, resources, widgets
    from import_export.instance_loaders import BaseInstanceLoader, ModelInstanceLoader

    from bench.models import PlainEnrollment
    from edu_csv.roster.models import Person, Section

    class OfInstitution(widgets.CachedForeignKeyWidget):  # type: ignore[misc]  # no types are published
        def get_queryset(self, value: Any, row: Any, *args: Any, **kwargs: Any) -> Any:
            return self.model.objects.filter(institution_id=institution, deleted_at=None)

    class InDictionary(widgets.ForeignKeyWidget):  # type: ignore[misc]
        def __init__(self, model: Any, field: str) -> None:
            super().__init__(model, field)
            found = model.objects.filter(institution_id=institution, deleted_at=None)
            self._known = {each.external_id: each for each in found}

        def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
            return self._known[value]

    class PairsInDictionary(BaseInstanceLoader):  # type: ignore[misc]
        def __init__(self, resource: Any, dataset: Any = None) -> None:
            super().__init__(resource, dataset)
            self._known = {(each.person_id, each.section_id): each for each in resource.get_queryset()}

        def get_instance(self, row: Any) -> Any:
            if not self._known:
                return None
            person = self.resource.fields["person"].clean(row)
            section = self.resource.fields["section"].clean(row)
            return self._known.get((person.pk, section.pk))

    is_tuned = how == "tuned"
    reference = InDictionary if is_tuned else OfInstitution

    class Enrollments(resources.ModelResource):  # type: ignore[misc]
        person = fields.Field("person", column_name="User ID", widget=reference(Person, "external_id"))
        section = fields.Field("section", column_name="Section ID", widget=reference(Section, "external_id"))
        role = fields.Field("role", column_name="Role")

        class Meta:
            model = PlainEnrollment
            fields: ClassVar[tuple[str, ...]] = ("person", "section", "role")
            import_id_fields: ClassVar[tuple[str, ...]] = ("person", "section")
            instance_loader_class = PairsInDictionary if is_tuned else ModelInstanceLoader
            use_bulk = True
            skip_diff = is_tuned

        def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
            instance.institution_id = institution

    return Enrollments()


def import_rows(file: Path, rows: int, institution: int, how: str) -> dict[str, Any]:
    """Import the first rows of an enrollments file in one transaction, and say what it cost."""
    import tablib  # type: ignore[import-untyped]  # no types are published
    from django.db import connection

    from bench.measure import cpu_seconds, peak_bytes

    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    begun, cpu, server = time.perf_counter(), time.process_time(), cpu_seconds(backend)
    with file.open(encoding="utf-8", newline="") as lines:
        header, *records = islice(csv.reader(lines), rows + 1)
    dataset = tablib.Dataset(*records, headers=header)
    resource = make_resource(institution, how)
    result = resource.import_data(dataset, use_transactions=True, raise_errors=True)
    return {
        "rows": result.totals["new"],
        "seconds": time.perf_counter() - begun,
        "client_cpu": time.process_time() - cpu,
        "server_cpu": cpu_seconds(backend) - server,
        "client_bytes": peak_bytes(os.getpid()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--institution", type=int, required=True)
    parser.add_argument("--how", choices=HOW, required=True)
    asked = parser.parse_args()
    django.setup()
    print(json.dumps(import_rows(asked.file, asked.rows, asked.institution, asked.how)))


if __name__ == "__main__":
    main()
