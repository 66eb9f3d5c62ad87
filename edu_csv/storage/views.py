"""The signed door: downloads and parts of direct uploads, for the store that is a folder.

Whoever holds a link may use it: no log-in, no cookie, and an Authorization header is ignored.
With S3 the links lead to S3 itself and this door stays shut.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.http.request import UnreadablePostError
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from edu_csv.errors import IncompleteUpload, MissingFile, StorageUnavailable
from edu_csv.storage import current_store, links
from edu_csv.storage.blocks import Blocks, body_for
from edu_csv.storage.contract import BLOCK_BYTES
from edu_csv.storage.folder import FolderStorage
from edu_csv.storage.keys import attachment_header, safe_name
from edu_csv.storage.ranges import ByteRange, RangeNotSatisfiable, requested_range

RETRY_SECONDS = "5"


@csrf_exempt  # the signature is the authority; no cookie is looked at
@login_not_required
@require_http_methods(["GET", "HEAD", "PUT"])
def door(request: HttpRequest, token: str, name: str = "") -> HttpResponseBase:
    """Send the file that a link stands for, or take the part of an upload. name: at the end of a download's link."""
    store = current_store()
    if not isinstance(store, FolderStorage):
        return refusal(404, "file_not_found", "AssetNotFound", "Files are not served from here")
    try:
        # A link is used as it was given: what is added to it is not signed.
        if request.META.get("QUERY_STRING"):
            raise links.LinkForged("This link is not valid")
        if request.method == "PUT":
            return take_part(request, store, links.read_part(token))
        permit = links.read_download(token)
        if name != safe_name(permit.filename):
            raise links.LinkForged("This link is not valid")
        return send_file(request, store, permit)
    except links.LinkExpired as error:
        return refusal(403, "link_expired", "AccessDenied", str(error))
    except links.LinkForged as error:
        return refusal(403, "link_invalid", "AccessDenied", str(error))
    except MissingFile:
        gone = "The upload has ended; start a new one" if request.method == "PUT" else "The file is deleted"
        return refusal(404, "file_not_found", "AssetNotFound", gone)
    except StorageUnavailable:
        response = refusal(503, "storage_unavailable", "ServiceUnavailable", "Try again in a few seconds")
        response["Retry-After"] = RETRY_SECONDS
        return response


def send_file(request: HttpRequest, store: FolderStorage, permit: links.Download) -> HttpResponseBase:
    """The file or one range of it, never held in memory; raises MissingFile."""
    file = store.reader(permit.key)
    found = os.fstat(file.fileno())
    # A file is never changed in its place, so these tell one content from the next.
    etag = f'"{found.st_mtime_ns:x}-{found.st_ino:x}-{found.st_size:x}"'
    whole = ByteRange(0, found.st_size - 1)
    try:
        asked = wanted_range(request, etag, found.st_size)
    except RangeNotSatisfiable:
        file.close()
        response: HttpResponseBase = refusal(
            416, "range_not_satisfiable", "InvalidRange", f"The file has {found.st_size} bytes"
        )
        response["Content-Range"] = f"bytes */{found.st_size}"
        return response
    sent = asked or whole
    if request.method == "HEAD":
        file.close()
        response = HttpResponse()
    else:
        body = body_for(request, Blocks(file, sent.first, sent.length))
        response = StreamingHttpResponse(body, status=206 if asked else 200)
    response["Content-Length"] = str(sent.length)
    if asked:
        response["Content-Range"] = f"bytes {sent.first}-{sent.last}/{found.st_size}"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Content-Type"] = permit.content_type
    response["Content-Disposition"] = attachment_header(permit.filename)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    # Should a browser show it all the same: no script, no frame, no form.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer = get_conditional_response(request, etag=etag, response=cast("HttpResponse", response))
    if answer is not response:
        response.close()
    return answer or response


def wanted_range(request: HttpRequest, etag: str, size_bytes: int) -> ByteRange | None:
    """The range to send, if not the whole file; raises RangeNotSatisfiable."""
    header = request.headers.get("Range")
    if header is None or request.method != "GET":
        return None
    # If-Range: the rest of *that* file, or else the whole of this one.
    if request.headers.get("If-Range", etag) != etag:
        return None
    return requested_range(header, size_bytes)


def take_part(request: HttpRequest, store: FolderStorage, permit: links.PartPermit) -> HttpResponse:
    """Keep the body as a part of a direct upload; raises MissingFile when the upload has ended."""
    announced = request.headers.get("Content-Length")
    if announced and announced.isdecimal() and int(announced) > permit.size_bytes:
        return refusal(
            413,
            "part_too_large",
            "EntityTooLarge",
            f"Expected {permit.size_bytes} bytes for part {permit.number}, got {announced}",
        )
    try:
        store.take_part(permit, body_blocks(request))
    except IncompleteUpload as error:
        return refusal(400, "part_incomplete", "IncompleteBody", str(error))
    except UnreadablePostError:
        return refusal(400, "part_incomplete", "IncompleteBody", "The connection ended early; send it again")
    return HttpResponse()


def body_blocks(request: HttpRequest) -> Iterator[bytes]:
    while block := request.read(BLOCK_BYTES):
        yield block


def refusal(status: int, code: str, error: str, message: str) -> JsonResponse:
    """An RFC 9457 problem document that also has the two properties of the Reporting API's errors."""
    response = JsonResponse(
        {
            "type": "about:blank",
            "title": message,
            "status": status,
            "code": code,
            "detail": message,
            "errors": [],
            "error": error,
            "message": message,
        },
        status=status,
        content_type="application/problem+json",
    )
    response["Cache-Control"] = "no-store"
    return response
