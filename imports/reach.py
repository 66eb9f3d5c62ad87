"""How far the submitter of an import reaches, asked anew each time it is planned."""

from __future__ import annotations

from typing import NamedTuple

from edu_csv.access import policy
from edu_csv.access.actors import Actor, actor_of_account, actor_of_client, system_actor
from edu_csv.access.policy import Reach
from imports.formats.base import Format
from imports.models import Import
from imports.problems import FileRejected


def submitter(upload: Import) -> Actor:
    job = upload.job
    if job.account is not None:
        return actor_of_account(job.account, upload.institution_id)
    if job.client is not None:
        return actor_of_client(job.client)
    return system_actor(upload.institution_id)


class Allowed(NamedTuple):
    """What an import may touch, and whether its schedules must publish to a section."""

    reach: Reach
    must_publish: bool


def allowed(upload: Import, fmt: type[Format]) -> Allowed:
    """What the submitter may do by now. Raises FileRejected when a grant was taken away meanwhile."""
    actor = submitter(upload)
    if not policy.may_import(actor, fmt.target.name):
        raise FileRejected(
            "not_permitted", f"{actor.name} may not import {fmt.target.many}. An administrator can."
        )
    return Allowed(policy.import_reach(actor, fmt.target.name), policy.must_publish(actor))
