"""Apply: store an import's statements and write its other objects. The caller holds the transaction."""

from __future__ import annotations

from edu_csv.activity import store
from edu_csv.jobs.models import Job
from imports.steps.templated import groups
from imports.steps.templated.authority import authority_of
from imports.steps.templated.space import TemplateSpace
from imports.steps.workspace import raw_connection


def write(space: TemplateSpace, job: Job) -> None:
    """Write the plan. Raises ``store.StatementsMoved``: another has stored one of the ids meanwhile; plan again."""
    if space.made:
        with raw_connection().cursor() as cursor:
            store.write(
                cursor, space.institution, authority=authority_of(job), job=job.pk, client=job.client_id
            )
    if space.has_objects:
        groups.apply(space)
