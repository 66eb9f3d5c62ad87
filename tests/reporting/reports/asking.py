"""What tests ask of a report, and of the calculation that it must equal."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

from edu_csv import tenancy
from edu_csv.access.policy import EVERYWHERE, Reach
from reporting.reports import reports
from reporting.steps.select import PLAIN, Asked, Output
from reporting.steps.write import write
from tests.imports.harness import Tenant
from tests.reporting.reports import by_hand, plain
from tests.reporting.reports.invented import midnight
from tests.reporting.reports.plain import Sections
from tests.reporting.reports.world import World

Range = tuple[date, date] | None


def asked(tenant: Tenant, name: str, days: Range = None, reach: Reach = EVERYWHERE) -> Asked:
    start, end = days or (None, None)
    return Asked(reports()[name], tenant.pk, reach, start, end)


def written(
    tenant: Tenant,
    name: str,
    days: Range = None,
    reach: Reach = EVERYWHERE,
    output: Output = PLAIN,
    progress: Callable[[int], None] = lambda rows: None,
) -> bytes:
    """The file, unpacked."""
    out = io.BytesIO()
    with tenancy.use_institution(tenant.pk):
        rows = write(asked(tenant, name, days, reach), output, out, progress)
    assert rows == len(table(out.getvalue(), output.delimiter))
    return out.getvalue()


def expected(
    world: World, name: str, days: Range = None, sections: Sections = None, output: Output = PLAIN
) -> bytes:
    """The same, by plain Python."""
    start, end = (midnight(day) for day in days) if days else (None, None)
    rows = plain.rows_of(name, world, start, end, sections)
    return by_hand.file_of(
        plain.HEADERS[name], rows, delimiter=output.delimiter, safe=output.spreadsheet_safe
    )


def table(file: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a file by header; nothing and an empty text look alike."""
    return list(csv.DictReader(io.StringIO(file.decode(), newline=""), delimiter=delimiter))
