from __future__ import annotations

from imports.models.conflicts import Conflict
from imports.models.direct_uploads import DirectUpload
from imports.models.erasures import Erasure
from imports.models.feed_events import FeedEvent, FeedFault
from imports.models.imports import Import, Mode, OnError
from imports.models.outcomes import Outcome
from imports.models.results import ResultFile
from imports.models.sources import Door, Family, FileState, Folder, InboxFile, Limits, Source, SourceMode
from imports.models.templates import (
    GroupMode,
    ImportTemplate,
    ImportTemplateVersion,
    TemplateKind,
    TemplateState,
)

__all__ = [
    "Conflict",
    "DirectUpload",
    "Door",
    "Erasure",
    "Family",
    "FeedEvent",
    "FeedFault",
    "FileState",
    "Folder",
    "GroupMode",
    "Import",
    "ImportTemplate",
    "ImportTemplateVersion",
    "InboxFile",
    "Limits",
    "Mode",
    "OnError",
    "Outcome",
    "ResultFile",
    "Source",
    "SourceMode",
    "TemplateKind",
    "TemplateState",
]
