"""One POST to a webhook: no redirect is followed, no proxy asked, no more read than needed, and it ends in time."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from reporting.telling import targets
from reporting.telling.targets import AddressRefused, Ip, NotFound, Target

# An answer's body tells us nothing; so much is read that a receiver is not cut off while it writes.
MOST_READ_BYTES = 8 << 10


@dataclass(frozen=True, slots=True)
class Answer:
    """status: of HTTP; None when there was none. why: what went wrong, in a sentence; blank when it was taken.

    for_good: no later try would help.
    """

    status: int | None
    why: str = ""
    milliseconds: int = 0
    for_good: bool = False

    @property
    def is_taken(self) -> bool:
        return not self.why


def post(address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a body to an address; whatever comes of it is an Answer, never an exception of the network's."""
    begun = time.monotonic()
    try:
        target = targets.read(address)
        status = _post(target, targets.look_up(target), body, headers)
        why = _said(status)
    except AddressRefused as refused:
        return Answer(None, str(refused), for_good=True)
    except NotFound as away:
        status, why = None, str(away)
    except ssl.SSLCertVerificationError as error:
        status, why = None, f"The certificate of {target.host} does not hold: {error.verify_message}."
    except TimeoutError:
        status, why = None, f"There was no answer within {settings.WEBHOOK_TIMEOUT_SECONDS} seconds."
    except ConnectionRefusedError:
        status, why = None, f"Nobody answers at {target.host}, port {target.port}."
    except (OSError, http.client.HTTPException, ValueError) as error:
        status, why = None, f"The connection broke before there was an answer ({type(error).__name__})."
    return Answer(status, why, round((time.monotonic() - begun) * 1_000))


def _said(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"It answered {status}: redirects are not followed. Name the address that it leads to."
    return f"It answered {status}."


def _post(target: Target, addresses: list[Ip], body: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer. Raises TimeoutError when all of it takes too long, OSError, HTTPException."""
    with _Deadline(settings.WEBHOOK_TIMEOUT_SECONDS) as deadline:
        connection = _Connection(target, addresses, deadline)
        try:
            connection.request("POST", target.path, body=body, headers=dict(headers))
            with connection.getresponse() as answer:
                if deadline.is_past:
                    raise TimeoutError
                with suppress(OSError, http.client.HTTPException):
                    answer.read(MOST_READ_BYTES)
                return answer.status
        except Exception:
            if deadline.is_past:
                raise TimeoutError from None
            raise
        finally:
            connection.close()


class _Deadline:
    """Ends a socket when its time is up: timeouts of single reads let one that drips go on for ever."""

    def __init__(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    @property
    def left(self) -> float:
        return max(self.at - time.monotonic(), 0.001)

    @property
    def is_past(self) -> bool:
        return time.monotonic() >= self.at

    def watch(self, sock: socket.socket) -> None:
        self._socket = sock
        sock.settimeout(self.left)

    def _end(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                # Of the plain socket: TLS would take itself apart under the thread that reads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()


class _Connection(http.client.HTTPConnection):
    """Goes to the addresses that were looked at, and asks for the name."""

    def __init__(self, target: Target, addresses: list[Ip], deadline: _Deadline) -> None:
        super().__init__(target.host, target.port)
        self.default_port = targets.PORTS[target.scheme]
        self._target, self._addresses, self._deadline = target, addresses, deadline

    def connect(self) -> None:
        self.sock = self._reach()
        self._deadline.watch(self.sock)
        if self._target.is_secure:
            name = self._target.host
            secured = secure().wrap_socket(self.sock, server_hostname=name, do_handshake_on_connect=False)
            self.sock = secured
            self._deadline.watch(secured)
            secured.do_handshake()

    def _reach(self) -> socket.socket:
        last: OSError | None = None
        for address in self._addresses:
            try:
                return socket.create_connection((str(address), self._target.port), self._deadline.left)
            except OSError as error:
                last = error
        raise last or OSError("no address")


@cache
def secure() -> ssl.SSLContext:
    """Certificates are checked against the machine's authorities."""
    return ssl.create_default_context()
