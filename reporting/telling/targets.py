"""Where a webhook goes: the address as it is typed, and the machines it leads to.

Whoever may name a webhook makes this server call an address of their choice. So it is looked up once, every address
that the name leads to has to be public, and what is connected to is what was looked at: a name that leads elsewhere a
moment later (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from edu_csv.errors import EduCsvError

Ip = IPv4Address | IPv6Address

LONGEST = 2_000
PORTS = {"https": 443, "http": 80}
# IPv4 addresses in IPv6 ones, by gateways (RFC 6052).
NAT64 = IPv6Network("64:ff9b::/96")
# What was set aside later than the standard library learned, or by its count still is of the internet: relays of 6to4
# (RFC 7526), addresses of examples (RFC 9637), of segment routing (RFC 9602), and those that are thrown away (RFC 6666).
NOT_ANYBODYS = tuple(map(ip_network, ("192.88.99.0/24", "3fff::/20", "5f00::/16", "100::/64")))
# A blank, a line break or a letter of another script has its percent sign by the time it is an address.
PLAIN = re.compile(r"[!-~]+")


class AddressRefused(EduCsvError):
    """Nothing is sent to this address; the message says why, and what would do."""


class NotFound(EduCsvError):
    """The name leads nowhere now; it may later."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect, and what to ask for there. path: with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"


def read(address: str) -> Target:
    """Take an address apart. Raises AddressRefused."""
    schemes = ("https", "http") if settings.WEBHOOK_PRIVATE_ADDRESSES else ("https",)
    parts, port = _split(address)
    if parts.scheme not in schemes:
        raise AddressRefused(f"Expected an address that begins with https://, got {address[:80]}.")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(
            "There is a name or password in the address. Leave it out: each notice is signed."
        )
    if parts.fragment:
        raise AddressRefused("There is a # in the address; what stands after it is never sent. Leave it out.")
    host = parts.hostname or ""
    target = Target(
        parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    )
    if (literal := _literal(host)) is not None:
        _check(host, [literal])
    elif host == "localhost" or host.endswith(".localhost"):
        _check(host, [IPv4Address("127.0.0.1")])
    return target


def _split(address: str) -> tuple[SplitResult, int]:
    wrong = AddressRefused(
        f"Expected an address such as https://hooks.example/reports, got {address[:80]!r}."
    )
    if len(address) > LONGEST:
        raise AddressRefused(f"The address has {len(address):,} characters; at most {LONGEST:,} are taken.")
    if not PLAIN.fullmatch(address):
        raise wrong
    try:
        parts = urlsplit(address)
        port = parts.port if parts.port is not None else PORTS.get(parts.scheme, 0)
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
    except ValueError:
        raise wrong from None
    if not host or (port == 0 and parts.scheme in PORTS):
        raise wrong
    return parts, port


def look_up(target: Target) -> list[Ip]:
    """The machines behind the name, in the order to try them. Raises NotFound, AddressRefused."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotFound(f"The name {target.host} is not known.") from None
    # An IPv6 address of one link has its link's name after a per cent sign.
    addresses = list(dict.fromkeys(ip_address(str(each[4][0]).partition("%")[0]) for each in found))
    _check(target.host, addresses)
    return addresses


def _check(host: str, addresses: list[Ip]) -> None:
    if not settings.WEBHOOK_PRIVATE_ADDRESSES and not all(map(is_public, addresses)):
        raise AddressRefused(
            f"{host} is an address of a private network or of this machine itself, to which no webhook is sent."
            " Name one that can be reached from the internet."
        )


def is_public(address: Ip) -> bool:
    """Whether an address is on the internet, for all to reach; one that carries another, when both are."""
    if isinstance(address, IPv6Address):
        if (same := _other_form(address)) is not None:
            return is_public(same)
        if (inner := _carried(address)) is not None and not is_public(inner):
            return False
    if any(address in network for network in NOT_ANYBODYS if network.version == address.version):
        return False
    if isinstance(address, IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )


def _other_form(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that it is another way to write, or that the network's own gateway makes of it."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address to which a tunnel would take it."""
    return address.sixtofour or (address.teredo[1] if address.teredo else None)


def _literal(host: str) -> Ip | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
