"""The closed list of roles an account or API client can be granted (design section 6)."""

from __future__ import annotations

from django.db.models import TextChoices


class Role(TextChoices):
    ADMIN = "admin", "Administrator"
    ORG_ADMIN = "org_admin", "Organization administrator"
    DEPARTMENT_ADMIN = "department_admin", "Department administrator"
    SCHEDULER = "scheduler", "Scheduler"
    ANALYST = "analyst", "Analyst"
    INTEGRATION = "integration", "Integration"
