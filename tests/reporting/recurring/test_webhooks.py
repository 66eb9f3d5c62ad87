"""What goes to a webhook, where it may go, and how it is known to be ours."""

from __future__ import annotations

import hashlib
import hmac
import re
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings as configured
from pytest_django import Settings

from reporting.telling import keys, posting, targets
from reporting.telling.keys import SecretLost
from reporting.telling.targets import AddressRefused
from tests.reporting.recurring.receiver import Receiver, drip, flood, receiving

SOON = datetime(2031, 3, 12, 6, 0, 5, tzinfo=UTC)
DELIVERY = UUID("01946f2e-7d1e-7c55-9a43-0be1d2a7c911")


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver, to whose address webhooks may go."""
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    with receiving() as found:
        yield found


def leads_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Every name leads to these addresses. Returns the names that were asked for."""
    asked: list[str] = []
    really = socket.getaddrinfo

    def found(host: str, port: int, *args: Any, **options: Any) -> list[Any]:
        asked.append(host)
        if host.replace(".", "").isdigit():
            return really(host, port, *args, **options)
        family = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [
            (family[ip_address(each).version], socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return asked


def test_a_notice_is_signed_over_its_time_and_body_by_a_secret_that_the_receiver_has(
    receiver: Receiver,
) -> None:
    _, secret, _ = keys.new_seed()
    body = b'{"id":"7","reportName":"notes","rows":12}'
    answer = posting.post(receiver.url + "/hook?a=1", body, keys.headers(secret, DELIVERY, body, SOON))
    assert answer.is_taken
    assert answer.status == 204
    [taken] = receiver.taken
    assert (taken.path, taken.body) == ("/hook?a=1", body)
    assert taken.headers["Edu-CSV-Delivery"] == str(DELIVERY)
    assert taken.headers["Edu-CSV-Timestamp"] == str(int(SOON.timestamp()))
    expected = hmac.new(secret.encode(), b"%d." % SOON.timestamp() + body, hashlib.sha256).hexdigest()
    assert taken.headers["Edu-CSV-Signature"] == f"v1={expected}"
    assert taken.headers["Host"] == f"127.0.0.1:{receiver.port}"


def test_the_example_of_the_docs_knows_ours_from_others(receiver: Receiver) -> None:
    page = (Path(configured.BASE_DIR) / "docs" / "recurring-reports.md").read_text()
    [program] = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    known: dict[str, Any] = {}
    exec(program, known)  # noqa: S102 - our own docs
    _, secret, _ = keys.new_seed()
    now, body = datetime.now(UTC), b'{"id":"7"}'
    posting.post(receiver.url, body, keys.headers(secret, DELIVERY, body, now))
    [taken] = receiver.taken
    assert known["is_ours"](secret, taken.headers, taken.body)
    assert not known["is_ours"]("whsec_other", taken.headers, taken.body)
    assert not known["is_ours"](secret, taken.headers, taken.body + b" ")
    later = {**taken.headers, "Edu-CSV-Timestamp": str(int(now.timestamp()) + 1)}
    assert not known["is_ours"](secret, later, taken.body)
    old = keys.headers(secret, DELIVERY, body, now - timedelta(hours=1))
    assert not known["is_ours"](secret, old, body)


def test_the_secret_is_made_again_from_its_seed_and_from_nothing_that_is_kept(settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "one" * 20, []
    seed, secret, sha256 = keys.new_seed()
    assert keys.secret_of(seed, sha256) == secret
    assert secret.startswith("whsec_")
    assert len(secret) > 40
    assert secret not in seed + sha256
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "two" * 20, ["one" * 20]
    assert keys.secret_of(seed, sha256) == secret, "a former key still makes it"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SecretLost, match="Give the address a new one"):
        keys.secret_of(seed, sha256)
    assert keys.new_seed()[1] != keys.new_seed()[1]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(receiver: Receiver, status: int) -> None:
    receiver.statuses = [status]
    answer = posting.post(receiver.url, b"{}", {})
    assert answer.status == status
    assert "redirects are not followed" in answer.why
    assert [taken.path for taken in receiver.taken] == ["/"]


@pytest.mark.parametrize("status", [400, 404, 410, 500, 503])
def test_other_answers_than_yes_are_told_with_their_status(receiver: Receiver, status: int) -> None:
    receiver.statuses = [status]
    answer = posting.post(receiver.url, b"{}", {})
    assert (answer.status, answer.why, answer.for_good) == (status, f"It answered {status}.", False)


def test_an_answer_that_drips_ends_in_time(receiver: Receiver, settings: Settings) -> None:
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.4
    receiver.act = drip
    begun = time.monotonic()
    answer = posting.post(receiver.url, b"{}", {})
    assert time.monotonic() - begun < 2
    assert (answer.status, "no answer within" in answer.why) == (None, True)


def test_an_answer_that_never_ends_is_read_no_further_than_needed(receiver: Receiver) -> None:
    receiver.act = flood
    begun = time.monotonic()
    assert posting.post(receiver.url, b"{}", {}).is_taken
    assert time.monotonic() - begun < 2


def test_nobody_there_is_told(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    with receiving() as gone:
        url = gone.url
    answer = posting.post(url, b"{}", {})
    assert answer.status is None
    assert "Nobody answers at 127.0.0.1" in answer.why
    assert not answer.for_good


def test_a_hang_up_is_told(receiver: Receiver) -> None:
    receiver.act = lambda handler: handler.connection.close()
    answer = posting.post(receiver.url, b"{}", {})
    assert (answer.status, answer.is_taken) == (None, False)
    assert "broke" in answer.why


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.0.0.7", "172.16.4.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",  # noqa: S104  # nothing listens there
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.7", "64:ff9b::10.0.0.7", "2002:7f00:1::", "2002:a00:7::1", "2001:db8::1",
        "fec0::1", "feff::1", "3fff::1", "5f00::1", "100::1", "192.88.99.1", "::ffff:192.88.99.1", "240.0.0.1",
    ],
)  # fmt: skip
def test_nothing_is_sent_inside_this_network(
    address: str, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.WEBHOOK_PRIVATE_ADDRESSES = False
    assert not targets.is_public(ip_address(address))
    leads_to(monkeypatch, "93.184.216.34", address)
    answer = posting.post("https://hooks.example/x", b"{}", {})
    assert answer.for_good
    assert "no webhook is sent" in answer.why
    assert address not in answer.why, "what the name leads to in here is nobody's business"
    literal = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressRefused):
        targets.read(f"https://{literal}/x")


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::93.184.216.34"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert targets.is_public(ip_address(address))


def test_a_name_that_leads_elsewhere_the_second_time_is_looked_up_once(
    receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is connected to is what was looked at."""
    asked = leads_to(monkeypatch, "127.0.0.1")
    connected: list[Any] = []
    really = socket.create_connection

    def connect(to: Any, *args: Any, **options: Any) -> socket.socket:
        connected.append(to)
        return really(to, *args, **options)

    monkeypatch.setattr(socket, "create_connection", connect)
    answer = posting.post(f"http://hooks.example:{receiver.port}/x", b"{}", {})
    assert answer.is_taken
    assert asked.count("hooks.example") == 1
    assert connected == [("127.0.0.1", receiver.port)]
    assert receiver.taken[0].headers["Host"] == f"hooks.example:{receiver.port}"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://hooks.example/x", "begins with https://"),
        ("ftp://hooks.example/x", "begins with https://"),
        ("hooks.example/x", "such as https://hooks.example/reports"),
        ("https:///x", "such as https://hooks.example/reports"),
        ("https://hooks.example:0/x", "such as https://hooks.example/reports"),
        ("https://hooks.example:99999/x", "such as https://hooks.example/reports"),
        ("https://hooks.example/a b", "such as https://hooks.example/reports"),
        ("https://hooks.example/a\r\nHost: b", "such as https://hooks.example/reports"),
        ("https://[::1/x", "such as https://hooks.example/reports"),
        ("https://me:word@hooks.example/x", "name or password"),
        ("https://hooks.example/x#y", "There is a #"),
        ("https://localhost/x", "no webhook is sent"),
        ("https://hooks.localhost/x", "no webhook is sent"),
        ("https://hooks.example/" + "x" * 2_000, "at most 2,000"),
    ],
)
def test_addresses_that_no_webhook_can_have_say_what_would_do(
    address: str, said: str, settings: Settings
) -> None:
    settings.WEBHOOK_PRIVATE_ADDRESSES = False
    with pytest.raises(AddressRefused, match=said):
        targets.read(address)


def test_a_name_that_is_not_known_is_tried_again_later(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    def unknown(*args: Any, **options: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    answer = posting.post("https://hooks.example/x", b"{}", {})
    assert (answer.for_good, answer.why) == (False, "The name hooks.example is not known.")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of hooks.example with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = tmp_path_factory.mktemp("certificate") / "both.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *plain)
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


def test_certificates_are_checked_against_the_name_that_was_asked_for(
    certificate: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    with receiving(serving) as receiver:
        leads_to(monkeypatch, "127.0.0.1")
        unknown = posting.post(f"https://hooks.example:{receiver.port}/", b"{}", {})
        assert "certificate of hooks.example does not hold" in unknown.why
        trusting = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(posting, "secure", lambda: trusting)
        assert posting.post(f"https://hooks.example:{receiver.port}/", b"{}", {}).is_taken
        other = posting.post(f"https://other.example:{receiver.port}/", b"{}", {})
        assert "certificate of other.example does not hold" in other.why
        assert len(receiver.taken) == 1
