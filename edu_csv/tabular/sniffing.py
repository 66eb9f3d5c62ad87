"""What can be told from the first bytes of a file, when the rest is not at hand."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass, field

from edu_csv.tabular.limits import HEAD_BYTES, Limits
from edu_csv.tabular.opening import open_table
from edu_csv.tabular.recognise import Packing, packing_of, refuse_nested
from edu_csv.tabular.refusals import TableRefused
from edu_csv.tabular.rows import Note
from edu_csv.tabular.table import Kind

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_WORKBOOK_PARTS = ("[Content_Types].xml", "_rels/", "docProps/", "xl/")


@dataclass(frozen=True, slots=True)
class Head:
    """As much of ``Table`` as the beginning of a file tells; None and empty where it does not.

    A spreadsheet has its list of parts at its end, so of a long one only ``kind`` is known.
    """

    kind: Kind | None = None
    packing: Packing | None = None
    member: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: list[str] | None = None
    header_row: int | None = None
    notes: list[Note] = field(default_factory=list)


def sniff_head(
    data: bytes,
    *,
    whole: bool = False,
    name: str = "",
    encoding: str | None = None,
    delimiter: str | None = None,
    limits: Limits | None = None,
) -> Head:
    """Recognise a file by its first bytes; 1 MiB of them is plenty.

    whole: ``data`` is all of the file. Other arguments and errors as for ``open_table``.
    """
    limits = limits or Limits()
    packing = packing_of(data)
    member = None
    if whole:
        return _opened(data, packing, member, name, encoding, delimiter, limits)
    if packing == "zip":
        local = _first_member(data)
        if local is None:
            return Head(packing="zip")
        member, data = local
        if member.startswith(_WORKBOOK_PARTS):
            return Head(kind="xlsx")
        if member.endswith(".json"):
            # Of a package; its tables come after it.
            return Head(packing="zip", member=member)
        refuse_nested(data, "zip")
    elif packing == "gzip":
        member = name.removesuffix(".gz") or None
        data = _inflated(data, 16 + zlib.MAX_WBITS)
        refuse_nested(data, "gzip")
    if packing is not None and not data:
        return Head(packing=packing, member=member)
    # What is left of a line cut in its middle would look like a fault of the file.
    data = data[:HEAD_BYTES]
    return _opened(data[: data.rfind(b"\n") + 1] or data, packing, member, name, encoding, delimiter, limits)


def _opened(
    data: bytes,
    packing: Packing | None,
    member: str | None,
    name: str,
    encoding: str | None,
    delimiter: str | None,
    limits: Limits,
) -> Head:
    with open_table(
        io.BytesIO(data), name=name, encoding=encoding, delimiter=delimiter, limits=limits
    ) as table:
        return Head(
            kind=table.kind,
            packing=table.packing or (packing if table.kind == "csv" else None),
            member=table.member or member,
            encoding=table.encoding,
            delimiter=table.delimiter,
            header=table.header,
            header_row=table.header_row,
            notes=table.notes,
        )


def _first_member(data: bytes) -> tuple[str, bytes] | None:
    """Name and first bytes of the first file in a zip; None when its beginning does not tell them."""
    if len(data) < _LOCAL_HEADER.size:
        return None
    magic, _, flags, method, _, _, _, packed, _, name_bytes, extra_bytes = _LOCAL_HEADER.unpack_from(data)
    if magic != b"PK\x03\x04":
        return None
    begin = _LOCAL_HEADER.size
    member = data[begin : begin + name_bytes].decode("utf-8" if flags & 0x800 else "cp437", "replace")
    if flags & 0x1:
        raise TableRefused(
            "encrypted_zip",
            f"The zip is protected by a password ({member!r}).",
            "Pack it without one.",
            {"member": member},
        )
    content = data[begin + name_bytes + extra_bytes :]
    if method == zlib.DEFLATED:
        return member, _inflated(content, -zlib.MAX_WBITS)
    if method == 0:
        return member, content[:packed] if packed else content
    return None


def _inflated(data: bytes, window_bits: int) -> bytes:
    """The first MiB of what was packed, as far as ``data`` goes; nothing when it is damaged."""
    try:
        return zlib.decompressobj(window_bits).decompress(data, HEAD_BYTES)
    except zlib.error:
        return b""
