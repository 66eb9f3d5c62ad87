"""Who vouches for the statements of an import: the account or API client that sent it (csv data import 3)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from edu_csv.jobs.models import Job


def authority_of(job: Job) -> dict[str, Any]:
    """The Agent that the store sets as ``authority``: an account at this site, by the client's key or the account's id.

    csv data import 3 says no more than the account. The name of whoever sent the file is left out on purpose:
    statements stay for ever and are read by other systems, while names of accounts change and are deleted.
    """
    if job.client is not None:
        who = job.client.key
    elif job.account_id is not None:
        who = f"user:{job.account_id}"
    else:
        who = "system"
    account = {"homePage": settings.PUBLIC_BASE_URL.rstrip("/"), "name": who}
    return {"objectType": "Agent", "account": account}
