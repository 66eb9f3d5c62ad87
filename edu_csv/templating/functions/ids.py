"""``uuid``: the algorithm of csv data import 1.8, fixed for good."""

from __future__ import annotations

import hashlib
import uuid as uuids
from functools import lru_cache
from unicodedata import is_normalized, normalize

from edu_csv.templating.functions.registry import Setting, function
from edu_csv.templating.values import Value, quoted, text

NAMESPACE = uuids.UUID("cc9704dd-f5fe-557d-bae0-cc7ece00655d")
_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


def _warning(arguments: int) -> str:
    if arguments:
        return ""
    return "Without arguments each upload gets new ids: the same file sent again is stored a second time."


@lru_cache(64)
def _begun(org: str) -> hashlib._Hash:
    return hashlib.sha1(NAMESPACE.bytes + f"[{quoted(org)}".encode(), usedforsecurity=False)


@function(
    "uuid [value…]",
    "An id of its arguments, always the same for the same; random without arguments.",
    setting=True,
    settled=False,
    warning=_warning,
)
def uuid(setting: Setting, *values: Value) -> Value:
    if not values:
        return str(uuids.uuid4())
    name = []
    for value in values:
        whole = value if value.__class__ is str else text(value)
        if not whole.isascii() and not is_normalized("NFC", whole):
            whole = normalize("NFC", whole)
        name.append("," + quoted(whole))
    digest = _begun(setting.org).copy()
    digest.update(("".join(name) + "]").encode())
    # What uuid.uuid5() does, written out: it is called for each statement.
    made = digest.hexdigest()
    return f"{made[:8]}-{made[8:12]}-5{made[13:16]}-{_VARIANT[made[16]]}{made[17:20]}-{made[20:32]}"
