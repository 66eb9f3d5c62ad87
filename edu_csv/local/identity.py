"""As whom PostgreSQL runs: it refuses root, so root lends it an ordinary user's rights."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from edu_csv.local.refusal import StartRefused

LAUNCHER = str(Path(__file__).parent.with_name("die_with_parent.py"))
LIVES_ON = "-"
UNPRIVILEGED = "nobody"
PROBE = """
import os, sys
os.setgroups([]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[1]))
sys.exit(0 if os.access(sys.argv[3], int(sys.argv[4])) else 1)
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """A user to run as; uid -1 means the one we are."""

    uid: int = -1
    gid: int = -1

    def owns(self, path: Path) -> None:
        """Give a file or folder of ours to this user."""
        if self.uid >= 0:
            os.chown(path, self.uid, self.gid)

    def may(self, path: Path, mode: int) -> bool:
        """Whether the user may use ``path`` (os.X_OK, …); asked by becoming the user for a moment."""
        if self.uid < 0:
            return os.access(path, mode)
        question = [sys.executable, "-ISc", PROBE, str(self.uid), str(self.gid), str(path), str(mode)]
        return subprocess.run(question, check=False, cwd="/").returncode == 0

    def launch(
        self,
        command: list[str],
        *,
        when_parent_dies: str,
        output: int,
        cwd: Path,
        environment: Mapping[str, str] | None = None,
        keep_open: tuple[int, ...] = (),
    ) -> subprocess.Popen[bytes]:
        """Start ``command`` as this user, in a session of its own.

        when_parent_dies: the signal that the kernel then sends it, or LIVES_ON.
        output: where its standard output and error go. keep_open: files that it inherits.
        """
        launcher = [sys.executable, "-IS", LAUNCHER, when_parent_dies]
        return subprocess.Popen(
            [*launcher, str(os.getpid()), str(self.uid), str(self.gid), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env=environment,
            pass_fds=keep_open,
            # So that the terminal's Ctrl-C reaches the supervisor alone, which stops the others in order.
            start_new_session=True,
        )


def for_database(cluster: Path) -> Identity:
    """The user for the database: ourselves; as root the one who owns the cluster, or ``nobody``.

    Raises StartRefused when the cluster belongs to somebody else and we may not become them.
    """
    owner = cluster.stat().st_uid if cluster.is_dir() else None
    if os.geteuid() != 0:
        if owner is not None and owner != os.geteuid():
            raise StartRefused(
                f"The database in {cluster} belongs to the user {_name(owner)}. "
                "Start as that user or as root, or choose another folder with --data-dir."
            )
        return Identity()
    try:
        user = pwd.getpwuid(owner) if owner else pwd.getpwnam(UNPRIVILEGED)
    except KeyError as error:
        raise StartRefused(
            f"PostgreSQL does not run as root and there is no user {owner or UNPRIVILEGED!r}. "
            "Make that user, start as an ordinary user, or set DATABASE_URL."
        ) from error
    return Identity(user.pw_uid, user.pw_gid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
