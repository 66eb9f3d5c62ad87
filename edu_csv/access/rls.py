from __future__ import annotations

from edu_csv.rls import APP_ROLE, definer, keep, protect

__all__ = ["APP_ROLE", "definer", "keep", "protect"]
