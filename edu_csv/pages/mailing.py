"""Sending: one message in text and HTML for each address, so that nobody is shown who else is told."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from edu_csv.errors import EduCsvError

log = logging.getLogger(__name__)

# No answering machine is to answer these (RFC 3834).
HEADERS = {"Auto-Submitted": "auto-generated"}


class MailServerAway(EduCsvError):
    """The mail server took no (further) mail. args: the reason. It is tried again."""


def send(
    addresses: Sequence[str],
    subject: str,
    template: str,
    context: Mapping[str, object],
    headers: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Send ``mail/<template>.txt`` and ``.html`` to each, and yield each address when its mail is taken.

    An address that the server refuses for good counts as told: no later try would help. headers: further ones, such as
    a Message-ID by which a second copy is known. Raises MailServerAway.
    """
    told = {**context, "subject": one_line(subject)}
    text = render_to_string(f"mail/{template}.txt", told).strip() + "\n"
    html = render_to_string(f"mail/{template}.html", told)
    try:
        with get_connection() as server:
            for address in addresses:
                message = EmailMultiAlternatives(
                    one_line(subject),
                    text,
                    to=[address],
                    headers={**HEADERS, **(headers or {})},
                    connection=server,
                )
                message.attach_alternative(html, "text/html")
                try:
                    message.send()
                except SMTPRecipientsRefused:
                    log.warning("the mail server refuses %s: %s", address, one_line(subject))
                yield address
    except (SMTPException, OSError) as error:
        raise MailServerAway(str(error)) from error


def one_line(text: str) -> str:
    """A text that a stranger chose, where a line break would begin another header or line."""
    return " ".join(text.split())[:200]


def quoted(text: str) -> str:
    """A sentence with its values in quotes: a mail has no other way to set them apart."""
    parts = text.split("`")
    return "".join(f"“{part}”" if place % 2 else part for place, part in enumerate(parts))
