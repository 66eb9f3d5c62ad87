"""Reading and writing one object of a bucket in constant memory, with S3's faults in words."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from urllib3.exceptions import HTTPError

from edu_csv.errors import MissingFile, StorageUnavailable
from edu_csv.storage.contract import MIB
from edu_csv.storage.keys import content_type_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from botocore.response import StreamingBody
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

logger = logging.getLogger(__name__)

# S3 takes 10,000 parts of one size, so a file may have 78 GiB.
WRITTEN_PART_BYTES = 8 * MIB
READ_TRIES = 4
FIRST_PAUSE_SECONDS = 0.2  # doubled after each try

MISSING = {"404", "NoSuchKey", "NotFound"}
ADVICE = {
    "NoSuchBucket": "Make the bucket, or correct S3_BUCKET.",
    "InvalidAccessKeyId": "Correct S3_ACCESS_KEY.",
    "SignatureDoesNotMatch": "Correct S3_SECRET_KEY, and S3_REGION if the store checks it.",
    "AccessDenied": "Give the access key leave to read, write, list and delete in the bucket.",
    "403": "Give the access key leave to read, write, list and delete in the bucket.",
    "RequestTimeTooSkewed": "Set this machine's clock.",
}


class UploadEnded(StorageUnavailable):
    """S3 no longer knows the multipart upload: it was completed, aborted, or purged."""


@contextmanager
def bucket_errors(doing: str, key: str | None = None) -> Iterator[None]:
    """Turn what boto raises into StorageUnavailable with advice.

    key: told where its absence is the caller's business; that becomes MissingFile.
    """
    try:
        yield
    except ParamValidationError:  # our own mistake
        raise
    except ClientError as error:
        # S3's word for what went wrong; the status where there was no body to say it (HEAD).
        code = str(error.response.get("Error", {}).get("Code", ""))
        if key is not None and code in MISSING:
            raise MissingFile(key) from error
        if code == "NoSuchUpload":
            raise UploadEnded(f"The file store could not {doing}: the upload has ended.") from error
        advice = ADVICE.get(code, "It is tried again later.")
        raise StorageUnavailable(f"The file store could not {doing}: {code}. {advice}") from error
    except (BotoCoreError, HTTPError, OSError) as error:
        raise StorageUnavailable(
            f"The file store did not answer when asked to {doing}: {error}. "
            "Start it, or correct S3_ENDPOINT_URL."
        ) from error


class ObjectReader(io.RawIOBase):
    """One object, read as a stream; seeking begins another one.

    A stream that breaks goes on where it broke. An object that was replaced meanwhile ends the
    reading with StorageUnavailable: half of one file and half of another is no file.
    """

    def __init__(self, client: S3Client, bucket: str, key: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key
        self._position = 0
        self._body: StreamingBody | None = None
        with bucket_errors(f"read {key!r}", key):
            answer = client.get_object(Bucket=bucket, Key=key)
        self._body = answer["Body"]
        self._size = answer["ContentLength"]
        self._etag = answer["ETag"]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        target = max(0, start + offset)
        if target != self._position:
            self._end_stream()
            self._position = target
        return target

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        room = memoryview(buffer).cast("B")
        wanted = min(len(room), self._size - self._position)
        if wanted <= 0:
            return 0
        block = self._read(wanted)
        room[: len(block)] = block
        self._position += len(block)
        return len(block)

    def close(self) -> None:
        self._end_stream()
        super().close()

    def _read(self, wanted: int) -> bytes:
        """At least one byte from the position on; raises StorageUnavailable after some tries."""
        pause = FIRST_PAUSE_SECONDS
        for tries_left in reversed(range(READ_TRIES)):
            try:
                with bucket_errors(f"read {self._key!r}"):
                    block = self._stream().read(wanted)
                if block:
                    return block
            except StorageUnavailable:
                if not tries_left:
                    raise
            self._end_stream()
            if tries_left:
                time.sleep(pause)
                pause *= 2
        raise StorageUnavailable(
            f"The file store ended {self._key!r} at byte {self._position} of {self._size}."
        )

    def _stream(self) -> StreamingBody:
        if self._body is None:
            span = f"bytes={self._position}-{self._size - 1}"
            answer = self._client.get_object(
                Bucket=self._bucket, Key=self._key, Range=span, IfMatch=self._etag
            )
            self._body = answer["Body"]
            if answer["ETag"] != self._etag:  # some stores do not know If-Match
                raise StorageUnavailable(f"{self._key!r} was replaced while it was read; read it again.")
        return self._body

    def _end_stream(self) -> None:
        body, self._body = self._body, None
        if body is not None:
            body.close()


class BucketSink:
    """Sends one part at a time; the object is there when the last one is joined. See contract.Sink."""

    def __init__(self, client: S3Client, bucket: str, key: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key
        self._buffer = bytearray()
        self._upload_id = ""
        self._parts: list[CompletedPartTypeDef] = []

    def write(self, data: bytes | memoryview) -> None:
        self._buffer += data
        while len(self._buffer) >= WRITTEN_PART_BYTES:
            self._send(bytes(self._buffer[:WRITTEN_PART_BYTES]))
            del self._buffer[:WRITTEN_PART_BYTES]

    def publish(self) -> None:
        if not self._upload_id:
            with bucket_errors(f"store {self._key!r}"):
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._key,
                    Body=bytes(self._buffer),
                    ContentType=content_type_of(self._key),
                )
            return
        if self._buffer:
            self._send(bytes(self._buffer))
            self._buffer.clear()
        with bucket_errors(f"store {self._key!r}"):
            self._client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=self._key,
                UploadId=self._upload_id,
                MultipartUpload={"Parts": self._parts},
            )

    def discard(self) -> None:
        if not self._upload_id:
            return
        with suppress(StorageUnavailable), bucket_errors(f"forget {self._key!r}"):
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._upload_id)
            return
        logger.warning("an unfinished upload stays in the bucket until the purge: %s", self._key)

    def _send(self, block: bytes) -> None:
        with bucket_errors(f"store {self._key!r}"):
            if not self._upload_id:
                begun = self._client.create_multipart_upload(
                    Bucket=self._bucket, Key=self._key, ContentType=content_type_of(self._key)
                )
                self._upload_id = begun["UploadId"]
            number = len(self._parts) + 1
            sent = self._client.upload_part(
                Bucket=self._bucket,
                Key=self._key,
                UploadId=self._upload_id,
                PartNumber=number,
                Body=block,
            )
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})
