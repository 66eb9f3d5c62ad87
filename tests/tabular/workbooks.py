"""Small Excel workbooks, written part by part so that a test can spoil any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.tabular.reading import zipped

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def sheet(*rows: str) -> str:
    """A worksheet of rows in XML."""
    return f"<worksheet {_MAIN}><sheetData>{''.join(rows)}</sheetData></worksheet>"


def inline(number: int, *cells: str) -> str:
    """A row of texts, from its first column."""
    inside = "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{inside}</row>'


def styles(*codes: str | int) -> str:
    """Styles in the order of ``codes``: format codes, or the numbers of built-in ones."""
    own: dict[str, int] = {code: 164 + index for index, code in enumerate(codes) if isinstance(code, str)}
    formats = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for code, number in own.items()
    )
    cells = "".join(f'<xf numFmtId="{own[code] if isinstance(code, str) else code}"/>' for code in codes)
    return (
        f"<styleSheet {_MAIN}><numFmts>{formats}</numFmts>"
        f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{cells}</cellXfs></styleSheet>'
    )


def shared(*items: str) -> str:
    """Shared strings; each item is what an ``si`` element contains."""
    return f"<sst {_MAIN}>{''.join(f'<si>{item}</si>' for item in items)}</sst>"


def workbook_parts(
    sheets: Mapping[str, str],
    *,
    style: str | None = None,
    strings: str | None = None,
    hidden: Sequence[str] = (),
    properties: str = "",
) -> dict[str, bytes]:
    """The parts of a workbook: its sheets by name, in the order of their tabs."""
    listed = relations = ""
    parts: dict[str, str] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1"'
        f' Type="{_KINDS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    }
    for index, (name, content) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name in hidden else ""
        listed += f'<sheet name="{name}" sheetId="{index}"{state} r:id="rId{index}"/>'
        relations += (
            f'<Relationship Id="rId{index}" Type="{_KINDS}/worksheet" Target="worksheets/sheet{index}.xml"/>'
        )
        parts[f"xl/worksheets/sheet{index}.xml"] = content
    for kind, part in (("styles", style), ("sharedStrings", strings)):
        if part is not None:
            relations += f'<Relationship Id="{kind}" Type="{_KINDS}/{kind}" Target="/xl/{kind}.xml"/>'
            parts[f"xl/{kind}.xml"] = part
    parts["xl/workbook.xml"] = (
        f'<workbook {_MAIN} xmlns:r="{_KINDS}">{properties}<sheets>{listed}</sheets></workbook>'
    )
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>'
    return {name: text.encode() for name, text in parts.items()}


def one_sheet(*rows: str, style: str | None = None, strings: str | None = None) -> bytes:
    """A workbook with one sheet of these rows."""
    return zipped(workbook_parts({"Sheet1": sheet(*rows)}, style=style, strings=strings))
