"""Become a program that the kernel ends when our parent ends, however that happens.

Run as a file: ``python die_with_parent.py SIGNAL PARENT UID GID PROGRAM ARGUMENT…``, where
SIGNAL is a name, or - to live on, and UID and GID are those to step down to, or -1. Standard library
only, so that it starts in 20 ms.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    name, parent, uid, gid, *command = arguments
    if int(uid) >= 0:
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    if name != "-":
        # After the change of user, which would clear it.
        end_with_parent(signal.Signals[name])
        # The parent may have died before the line above; nothing would tell us any more.
        if os.getppid() != int(parent):
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - no shell on purpose


def end_with_parent(how: signal.Signals) -> None:
    """Ask the kernel for this signal once the parent is gone; kept by exec, lost by fork and setuid."""
    libc = ctypes.CDLL(None, use_errno=True)
    # Linux only; elsewhere the supervisor's own orderly end has to do.
    if hasattr(libc, "prctl") and libc.prctl(PR_SET_PDEATHSIG, how.value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    main(sys.argv[1:])
