"""The closed lists of what an account or API client can be granted (design section 6, xapi.md section 5)."""

from __future__ import annotations

from django.db.models import TextChoices


class Role(TextChoices):
    ADMIN = "admin", "Administrator"
    ORG_ADMIN = "org_admin", "Organization administrator"
    DEPARTMENT_ADMIN = "department_admin", "Department administrator"
    SCHEDULER = "scheduler", "Scheduler"
    ANALYST = "analyst", "Analyst"
    INTEGRATION = "integration", "Integration"


class XapiAccess(TextChoices):
    """What a credential may do at the xAPI statements endpoint; its role may take away, never add."""

    OFF = "off", "Nothing"
    WRITE = "write", "Write"
    ISOLATED = "isolated", "Write, and read what it wrote"
    ALL = "all", "Write, and read everything"
