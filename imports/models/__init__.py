from __future__ import annotations

from imports.models.imports import Import, Mode, OnError
from imports.models.outcomes import Outcome

__all__ = ["Import", "Mode", "OnError", "Outcome"]
