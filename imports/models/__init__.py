from __future__ import annotations

from imports.models.conflicts import Conflict
from imports.models.direct_uploads import DirectUpload
from imports.models.erasures import Erasure
from imports.models.imports import Import, Mode, OnError
from imports.models.outcomes import Outcome
from imports.models.results import ResultFile

__all__ = ["Conflict", "DirectUpload", "Erasure", "Import", "Mode", "OnError", "Outcome", "ResultFile"]
