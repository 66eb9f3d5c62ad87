"""Multipart bodies: a part is its bytes exactly, and what is no multipart is told why."""

from __future__ import annotations

import io
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.api.csv_data.multipart import Multipart, MultipartFault, base_name, boundary_of, parameters

FILE = b'Content-Disposition: form-data; name="file"; filename="name.csv"\r\nContent-Type: text/csv\r\n\r\n'


def read(
    body: bytes, boundary: bytes = b"x7Qk2", *, at_once: int = 1 << 20
) -> list[tuple[str, str | None, bytes]]:
    stream = io.BytesIO(body)
    parts = Multipart(lambda size: stream.read(min(size, at_once)), boundary).parts()
    return [(head.name, head.filename, b"".join(content)) for head, content in parts]


def body_of(content: bytes, end: bytes = b"\r\n--x7Qk2--\r\n") -> bytes:
    return b"--x7Qk2\r\n" + FILE + content + end


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\r\n1,2\r\n",
        b"a,b\n1,2\n",
        b"a\r\n\r\n",
        b"\r\n",
        b"\n",
        b"\r",
        b"--x7Qk2",
        b"a\r\n--x7Qk",
        b"a\r\n--x7Qk2x",
        b"a\r\n--x7Qk2--x",
        b"a\r\n--x7Qk2-",
        b"a\n--x7Qk2b",
        b"a\r\r\n--x7Qk2 b",
        b"\xef\xbb\xbfa,b\r\n",
        b"\0\xff" * 1_000,
    ],
)
@pytest.mark.parametrize("at_once", [1, 7, 1 << 20])
def test_a_part_is_its_bytes(content: bytes, at_once: int) -> None:
    assert read(body_of(content), at_once=at_once) == [("file", "name.csv", content)]
    assert read(body_of(content, b"\r\n--x7Qk2--"), at_once=at_once) == [("file", "name.csv", content)]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([b"\r", b"\n", b"-", b"--", b"B", b"a", b" ", b"\r\n--B"])), max_size=4
    ),
    st.integers(1, 9),
)
def test_whatever_stands_in_parts_comes_out_unless_it_is_the_boundary(
    words: list[list[bytes]], at_once: int
) -> None:
    contents = [b"".join(word) for word in words]
    body = b"".join(
        b'--B\r\nContent-Disposition: form-data; name="p"\r\n\r\n' + content + b"\r\n" for content in contents
    )
    if any(is_boundary_in(content) for content in contents):
        return
    assert read(body + b"--B--\r\n", b"B", at_once=at_once) == [("p", None, content) for content in contents]


def is_boundary_in(content: bytes) -> bool:
    """Whether a line of the content is the boundary, so that it must not be in it."""
    whole = b"\r\n" + content + b"\r\n"
    lines = [line.rstrip(b" \t") for line in whole.replace(b"\r\n", b"\n").split(b"\n")]
    return any(line in (b"--B", b"--B--") or (line.endswith(b"\r") and line[:3] == b"--B") for line in lines)


def test_several_parts_come_in_their_order() -> None:
    body = (
        b"--b\r\ncontent-disposition: form-data; name=template\r\n\r\nLecture views\r\n--b  \r\n"
        b'Content-Disposition: form-data;\r\n name="filesize"\r\n\r\n52\r\n--b--\r\nwhat comes after is nobody\'s'
    )
    assert read(body, b"b") == [("template", None, b"Lecture views"), ("filesize", None, b"52")]


def test_the_size_as_the_published_page_prints_it_is_taken() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="filesize"\r\n52\r\n--b--'
    for at_once in (1, 1 << 20):
        assert read(body, b"b", at_once=at_once) == [("filesize", None, b"52")]


def test_what_is_not_wanted_is_passed_over() -> None:
    body = body_of(
        b"x" * 1_000_000,
        b'\r\n--x7Qk2\r\nContent-Disposition: form-data; name="notify"\r\n\r\na\r\n--x7Qk2--',
    )
    stream = io.BytesIO(body)
    assert [head.name for head, _ in Multipart(stream.read, b"x7Qk2").parts()] == ["file", "notify"]


BROKEN = {
    "nothing": (b"", "does not begin with the boundary"),
    "another boundary": (body_of(b"a").replace(b"x7Qk2", b"other"), "does not begin with the boundary"),
    "a preamble without end": (b"x" * 1_000_000, "does not begin with the boundary"),
    "no end": (body_of(b"a,b\r\n1,2", b""), "the closing boundary, `--x7Qk2--`, is missing"),
    "an end that is cut": (body_of(b"a,b", b"\r\n--x7Q"), "ends within part `file`"),
    "no end of headers": (b"--x7Qk2\r\nContent-Type: text/csv\r\n", "ends within the headers"),
    "headers without end": (b"--x7Qk2\r\nA: " + b"x" * 40_000, "more than 16,384 bytes"),
    "many headers": (b"--x7Qk2\r\n" + b"A: x\r\n" * 10_000 + b"\r\n", "more than 16,384 bytes"),
    "LF alone": (body_of(b"a,b\n1,2").replace(b"\r\n", b"\n"), "bare LF"),
    "LF in the headers": (body_of(b"a").replace(b"csv\r\n\r\n", b"csv\n\n"), "`Content-Type: text/csv` of the multipart"),
    "LF before the boundary": (body_of(b"a", b"\n--x7Qk2--\r\n"), "before a boundary, behind part `file`"),
    "LF behind the boundary": (body_of(b"a", b"\r\n--x7Qk2--\n"), "bare LF"),
    "no blank line": (
        b'--x7Qk2\r\nContent-Disposition: form-data; name="template"\r\nViews\r\n--x7Qk2--\r\n',
        "got `Views`",
    ),
    "no disposition": (b"--x7Qk2\r\nContent-Type: text/csv\r\n\r\na\r\n--x7Qk2--", "Content-Disposition: form-data"),
    "an attachment": (b'--x7Qk2\r\nContent-Disposition: attachment; name="file"\r\n\r\na\r\n--x7Qk2--', "attachment"),
    "base64": (
        b'--x7Qk2\r\nContent-Disposition: form-data; name="file"\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n--x7Qk2--',
        "base64",
    ),
    "too many parts": (
        b'--x7Qk2\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 101 + b"--x7Qk2--",
        "at most 100 parts",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize("at_once", [1, 1 << 20])
def test_what_is_broken_is_told(what: str, at_once: int) -> None:
    body, said = BROKEN[what]
    with pytest.raises(MultipartFault) as told:
        read(body, at_once=at_once if len(body) < 50_000 else 1 << 20)
    assert said in str(told.value)
    assert str(told.value).endswith(".")


@pytest.mark.parametrize(
    ("header", "boundary"),
    [
        ("multipart/form-data; boundary=x7Qk2", b"x7Qk2"),
        ('multipart/form-data; charset=utf-8; Boundary="a b:c"', b"a b:c"),
        (
            "multipart/form-data;boundary=----WebKitFormBoundary7MA4YWxk; x=y",
            b"----WebKitFormBoundary7MA4YWxk",
        ),
    ],
)
def test_the_boundary_is_read_from_the_header(header: str, boundary: bytes) -> None:
    assert boundary_of(header) == boundary


@pytest.mark.parametrize(
    "header",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary=""',
        f"multipart/form-data; boundary={'x' * 201}",
        "multipart/form-data; boundary=ü",
    ],
)
def test_without_a_boundary_there_is_no_multipart(header: str) -> None:
    with pytest.raises(MultipartFault, match="Expected a boundary"):
        boundary_of(header)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("views.csv", "views.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ana\\views.csv", "views.csv"),
        ("a\r\nb\0.csv", "ab.csv"),
        ("..", ""),
        ("/", ""),
        ("", ""),
        ("Übersicht 3.csv", "Übersicht 3.csv"),
        ("x" * 300 + ".csv", "x" * 251 + ".csv"),
    ],
)
def test_of_a_file_name_the_base_is_kept(given_name: str, kept: str) -> None:
    assert base_name(given_name) == kept


def test_names_come_in_every_spelling_that_clients_use() -> None:
    def named(disposition: str) -> str | None:
        head = f"--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\na\r\n--b--".encode()
        return read(head, b"b")[0][1]

    assert named('name="file"; filename="a \\"b\\".csv"') == 'a "b".csv'
    assert named("name=file; filename=a.csv") == "a.csv"
    assert named('name="file"; filename="Zoë.csv"') == "Zoë.csv"
    assert named('name="file"; filename="x"; filename*=UTF-8\'\'Zo%C3%AB.csv') == "Zoë.csv"
    assert named("name=\"file\"; filename*=utf-7''x; filename=y.csv") == "y.csv"
    assert named('name="file"') is None
    assert parameters('form-data; name="a; name=b"; x=1') == {"name": "a; name=b", "x": "1"}


def test_hostile_headers_take_no_time() -> None:
    begun = time.process_time()
    parameters(";" + " " * 60_000)
    parameters(" " * 60_000 + "x")
    parameters('; a="' + "\\" * 60_000)
    parameters("; a" * 30_000)
    assert time.process_time() - begun < 1


def test_a_large_part_is_never_held() -> None:
    block = b"u-204,ana@example.edu,v-17,2025-09-03 14:05:30,30\r\n" * 20_000
    left = [b"--x7Qk2\r\n" + FILE, *[block] * 60, b"\r\n--x7Qk2--\r\n"]

    def pull(size: int) -> bytes:
        if not left:
            return b""
        first, rest = left[0][:size], left[0][size:]
        left[0] = rest
        if not rest:
            left.pop(0)
        return first

    tracemalloc.start()
    [total] = [sum(map(len, content)) for _, content in Multipart(pull, b"x7Qk2").parts()]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 60 * len(block)
    assert peak < 4_000_000
