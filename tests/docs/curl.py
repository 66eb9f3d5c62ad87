"""As much of curl as the examples of the docs use, for machines without it; ends with 22 for refusals."""

from __future__ import annotations

import argparse
import base64
import sys
import urllib.error
import urllib.request
from pathlib import Path
from uuid import uuid4


def main() -> int:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for flag in ("-s", "-S", "-N", "-L"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("-u", dest="user")
    parser.add_argument("-X", dest="method")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-F", dest="fields", action="append", default=[])
    parser.add_argument("-d", dest="data")
    parser.add_argument("-T", dest="upload")
    parser.add_argument("-o", dest="output")
    parser.add_argument("address")
    given = parser.parse_args()
    request = urllib.request.Request(given.address)  # noqa: S310  # the address of a test's own server
    if given.user:
        request.add_header("Authorization", "Basic " + base64.b64encode(given.user.encode()).decode())
    method = "GET"
    if given.fields:
        method, boundary = "POST", uuid4().hex
        request.data = (
            b"".join(part(text, boundary) for text in given.fields) + f"--{boundary}--\r\n".encode()
        )
        request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
    elif given.data is not None:
        method, request.data = "POST", given.data.encode()
        request.add_header("Content-Type", "application/x-www-form-urlencoded")
    elif given.upload:
        method, request.data = "PUT", Path(given.upload).read_bytes()
    for header in given.headers:
        name, _, value = header.partition(":")
        request.add_header(name, value.strip())
    request.method = given.method or method
    return answer(request, given.output)


def part(text: str, boundary: str) -> bytes:
    """``name=value`` or ``name=@file`` as a part of a form."""
    name, _, value = text.partition("=")
    head, content = f'form-data; name="{name}"', value.encode()
    if value.startswith("@"):
        head += f'; filename="{value[1:]}"'
        content = Path(value[1:]).read_bytes()
    return f"--{boundary}\r\nContent-Disposition: {head}\r\n\r\n".encode() + content + b"\r\n"


def answer(request: urllib.request.Request, output: str | None) -> int:
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310  # see above
            body = response.read()
    except urllib.error.HTTPError as refusal:
        sys.stderr.write(f"{request.method} {request.full_url}: {refusal.code} {refusal.read().decode()}\n")
        return 22
    if output:
        Path(output).write_bytes(body)
    else:
        sys.stdout.buffer.write(body + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
