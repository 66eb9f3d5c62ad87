"""What stops a start: one sentence for the operator, and no traceback."""

from __future__ import annotations

import errno


class StartRefused(Exception):
    """The machine's state forbids the start; the message says what is wrong and how to mend it."""

    @classmethod
    def because(cls, error: OSError, doing: str) -> StartRefused:
        """Word an operating system's refusal; ``doing`` ends a sentence: "… while <doing>"."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return cls(f"The disk is full, noticed while {doing}. Free some space and start again.")
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return cls(
                f"No permission ({error.filename or error.strerror}), noticed while {doing}. "
                "Correct its owner or mode, or choose another folder with --data-dir."
            )
        return cls(f"{error.strerror or error} ({error.filename}), noticed while {doing}.")
