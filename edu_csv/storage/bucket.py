"""Files in a bucket of S3 or of a store that speaks its language, behind presigned links."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import uuid4

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from edu_csv.errors import StorageUnavailable
from edu_csv.storage.bucket_io import BucketSink, ObjectReader, UploadEnded, bucket_errors
from edu_csv.storage.contract import (
    BLOCK_BYTES,
    MIB,
    DirectUpload,
    Part,
    StoredFile,
    StoredKey,
    StoreSettings,
    UploadState,
    part_sizes,
)
from edu_csv.storage.keys import attachment_header, content_type_of
from edu_csv.storage.uploads import check_parts, completed_before
from edu_csv.storage.writing import hash_stored, published_when_whole

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

LISTED_AT_ONCE = 1_000  # S3 lists no more
CONNECTIONS = 32  # of one process, to be shared by its threads
# One request copies up to 5 GiB, but a server that is slow about it would seem dead.
COPY = TransferConfig(multipart_threshold=1024 * MIB, multipart_chunksize=512 * MIB)


class BucketStorage(S3Storage):  # type: ignore[misc]  # django-storages has no types
    """One bucket, one object per key; see contract.Store.

    What django-storages would read whole (open) or guess (a Content-Encoding) is replaced.
    """

    def __init__(self, config: StoreSettings) -> None:
        super().__init__(
            bucket_name=config.bucket,
            # None: the machine's own role or environment decides.
            access_key=config.access_key or None,
            secret_key=config.secret_key or None,
            security_token=None,
            session_profile=None,
            region_name=config.region or None,
            endpoint_url=config.endpoint_url or None,
            client_config=client_config(config),
            file_overwrite=True,
            object_parameters={},
            default_acl=None,
            location="",
            custom_domain=None,
            querystring_auth=True,
            gzip=False,
        )
        self.transfer_config = COPY
        # Made once, here: django-storages makes one for each thread, and ASGI has a thread for each
        # request. Clients may be used by many threads, but not made by many.
        session = self._create_session()
        self._shared = session.resource(
            "s3", region_name=self.region_name, endpoint_url=self.endpoint_url, config=self.client_config
        )
        # Signs links for the address that browsers reach the store under; never connects.
        self._link_client: S3Client = session.client(
            "s3",
            region_name=self.region_name,
            endpoint_url=config.public_endpoint_url or None,
            config=self.client_config,
        )
        # Whoever asks for health wants an answer now, not after four tries of a minute.
        quick = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 1})
        self._probe: S3Client = session.client(
            "s3",
            region_name=self.region_name,
            endpoint_url=self.endpoint_url,
            config=self.client_config.merge(quick),
        )

    @property
    def connection(self) -> Any:
        return self._shared

    @property
    def client(self) -> S3Client:
        client: S3Client = self._shared.meta.client
        return client

    # Django's storage API

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        return File(self.reader(name), name)

    def _save(self, name: str, content: File[Any]) -> str:
        with published_when_whole(name, self.sink(name)) as file:
            for block in content.chunks():
                file.write(block)
        return name

    def delete(self, name: str) -> None:
        with bucket_errors(f"delete {name!r}"):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with bucket_errors(f"look for {name!r}"):
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        with bucket_errors(f"look at {name!r}", name):
            return self.client.head_object(Bucket=self.bucket_name, Key=name)["ContentLength"]

    def url(
        self,
        name: str,
        parameters: dict[str, Any] | None = None,
        expire: int | None = None,
        http_method: str | None = None,
    ) -> str:
        raise ValueError(f"Expected a lifetime for a link to {name!r}: use storage.signed_url().")

    # What our door asks beyond it

    def sink(self, key: str) -> BucketSink:
        return BucketSink(self.client, self.bucket_name, key)

    def reader(self, key: str) -> BinaryIO:
        return io.BufferedReader(ObjectReader(self.client, self.bucket_name, key), BLOCK_BYTES)

    def copy(self, source: str, target: str) -> None:
        with bucket_errors(f"copy {source!r}", source):
            self.client.copy(
                {"Bucket": self.bucket_name, "Key": source}, self.bucket_name, target, Config=COPY
            )
        expected, came = self.size(source), self.size(target)
        if came != expected:
            self.delete(target)
            raise StorageUnavailable(
                f"The file store copied {came} bytes of {source!r}, expected {expected}."
            )

    def signed_url(self, key: str, seconds: int, filename: str, content_type: str) -> str:
        return self._link_client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self.bucket_name,
                "Key": key,
                "ResponseContentDisposition": attachment_header(filename),
                "ResponseContentType": content_type,
                "ResponseCacheControl": "private, no-store",
            },
            ExpiresIn=seconds,
        )

    def list_keys(self, prefix: str) -> Iterator[StoredKey]:
        with bucket_errors("list files"):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket_name, Prefix=prefix, PaginationConfig={"PageSize": LISTED_AT_ONCE}
            )
            for page in pages:
                for found in page.get("Contents", []):
                    yield StoredKey(found["Key"], found["Size"], found["LastModified"].astimezone(UTC))

    def purge_unfinished(self, before: datetime) -> int:
        removed = 0
        # Some stores say that there is no such upload when there is none to list.
        with suppress(UploadEnded), bucket_errors("purge unfinished uploads"):
            pages = self.client.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket_name)
            for page in pages:
                for found in page.get("Uploads", []):
                    if found["Initiated"] < before:
                        self._abort(found["Key"], found["UploadId"])
                        removed += 1
        return removed

    def reachable(self) -> None:
        with bucket_errors("answer"):
            self._probe.head_bucket(Bucket=self.bucket_name)

    # Direct uploads. Multipart even for one part: until it is completed nothing is at the key, and
    # afterwards its links are dead, where a plain presigned PUT could replace what was hashed.

    def start_upload(self, key: str, size_bytes: int, part_bytes: int, seconds: int) -> DirectUpload:
        sizes = part_sizes(size_bytes, part_bytes)
        with bucket_errors(f"begin the upload of {key!r}"):
            begun = self.client.create_multipart_upload(
                Bucket=self.bucket_name, Key=key, ContentType=content_type_of(key)
            )
        upload_id, ours = begun["UploadId"], uuid4().hex
        expires_at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)
        return DirectUpload(
            id=ours,
            parts=[
                Part(number, self._part_url(key, upload_id, number, size, seconds))
                for number, size in enumerate(sizes, start=1)
            ],
            part_bytes=part_bytes,
            expires_at=expires_at,
            state={
                "id": ours,
                "key": key,
                "size_bytes": size_bytes,
                "part_bytes": part_bytes,
                "upload_id": upload_id,
            },
        )

    def complete_upload(self, state: UploadState) -> StoredFile:
        key, upload_id = state["key"], state["upload_id"]
        try:
            with bucket_errors(f"complete the upload of {key!r}"):
                pages = self.client.get_paginator("list_parts").paginate(
                    Bucket=self.bucket_name, Key=key, UploadId=upload_id
                )
                parts = [part for page in pages for part in page.get("Parts", [])]
                check_parts(state, {part["PartNumber"]: part["Size"] for part in parts})
                self.client.complete_multipart_upload(
                    Bucket=self.bucket_name,
                    Key=key,
                    UploadId=upload_id,
                    MultipartUpload={
                        "Parts": [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in parts]
                    },
                )
        except UploadEnded:
            return completed_before(self, state)
        return hash_stored(self, key)

    def abort_upload(self, state: UploadState) -> None:
        self._abort(state["key"], state["upload_id"])

    def _abort(self, key: str, upload_id: str) -> None:
        with suppress(UploadEnded), bucket_errors(f"abort the upload of {key!r}"):
            self.client.abort_multipart_upload(Bucket=self.bucket_name, Key=key, UploadId=upload_id)

    def _part_url(self, key: str, upload_id: str, number: int, size_bytes: int, seconds: int) -> str:
        return self._link_client.generate_presigned_url(
            "upload_part",
            Params={
                "Bucket": self.bucket_name,
                "Key": key,
                "UploadId": upload_id,
                "PartNumber": number,
                # Signed with the link, so that the store itself refuses a body of another length.
                "ContentLength": size_bytes,
            },
            ExpiresIn=seconds,
        )


def client_config(config: StoreSettings) -> Config:
    return Config(
        signature_version="s3v4",
        # Virtual-hosted: without it boto signs links to Amazon's global address, which
        # redirects outside us-east-1 and breaks the signature. Other stores want the path.
        s3={"addressing_style": "path" if config.endpoint_url else "virtual"},
        # boto's default checksums come in a chunked body that several compatible stores refuse;
        # what is sent is covered by the signature's own SHA-256.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"mode": "standard", "total_max_attempts": 4},
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=CONNECTIONS,
    )
