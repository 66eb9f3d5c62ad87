"""Public keys, as OpenSSH writes them."""

from __future__ import annotations

from imports.requests import BadRequest

LONGEST = 16_000
SMALLEST_RSA_BITS = 2_048
KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")


def read(text: str) -> dict[str, str]:
    """{"name", "key", "fingerprint"} of one line of an ``authorized_keys`` file without options.

    Raises BadRequest; a private key gets a sentence of its own.
    """
    # Imported here: it takes a third of a second, and web processes seldom need it.
    import asyncssh

    if "PRIVATE KEY" in text:
        raise BadRequest(
            "key",
            "private_key",
            "This is a private key, which nobody but its owner should have. Make a new pair, and send the file that"
            " ends in .pub.",
        )
    line = " ".join(text.split())
    kind = line.partition(" ")[0]
    if kind not in KINDS or len(line) > LONGEST:
        raise BadRequest(
            "key",
            "bad_value",
            f"Expected one public key as in a .pub file: {', '.join(KINDS)}; got `{line[:40]}`.",
        )
    try:
        key = asyncssh.import_public_key(line)
    except (asyncssh.KeyImportError, ValueError):
        raise BadRequest(
            "key", "bad_value", "The key is cut off or damaged. Copy the whole line of the .pub file."
        ) from None
    if getattr(key.pyca_key, "key_size", SMALLEST_RSA_BITS) < SMALLEST_RSA_BITS and kind == "ssh-rsa":
        raise BadRequest(
            "key", "weak_key", f"Expected an RSA key of {SMALLEST_RSA_BITS:,} bits or more. Use ssh-ed25519."
        )
    name = " ".join(line.split()[2:])[:100]
    return {
        "name": name,
        "key": " ".join(line.split()[:2]),
        "fingerprint": key.get_fingerprint(),
    }
