"""Keeps signed links and secrets in addresses out of the logs: whoever reads one there could use it until it expires."""

from __future__ import annotations

import logging
import re

# The last: of callers who put a secret where none belongs, which is refused, but asked for all the same.
SECRET_OF_A_LINK = re.compile(
    r"(?<=/files/)[^\s\"'<>]+|(?<=X-Amz-Signature=)[0-9a-f]+"
    r"|(?<=[?&]access_token=)[^\s&\"'<>]+|(?<=[?&]client_secret=)[^\s&\"'<>]+|(?<=[?&]refresh_token=)[^\s&\"'<>]+"
    r"|(?<=[?&]password=)[^\s&\"'<>]+"
)
HIDDEN = "…"


class HideLinks(logging.Filter):
    """A filter for handlers; lets every record through, without the part of a link that opens it.

    The arguments stay apart from the message, since access logs format them themselves.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, str):
            record.msg = hide_links(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(
                hide_links(value) if isinstance(value, str) else value for value in record.args
            )
        return True


def hide_links(text: str) -> str:
    """``text`` with each link's signature gone."""
    return SECRET_OF_A_LINK.sub(HIDDEN, text)
