"""Word documents (.docx), read by way of a web page: headings, numbered lists and tables stay what they are."""

import io
import zipfile
from typing import Any
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from kitt_rtc.documents.outline import Outline, UnreadableDocument, read_page

_MAX_UNPACKED_BYTES = 50_000_000
"""A small archive can hold very much."""
_HEAD_BYTES = 1_000


def read_word(data: bytes) -> tuple[Outline, dict[str, str]]:
    """Its text, and its properties by name: title, version, those of its own. Raises UnreadableDocument."""
    import mammoth  # noqa: PLC0415  imported when used: rarely needed

    try:
        _refuse_traps(data)
        page = mammoth.convert_to_html(io.BytesIO(data), convert_image=mammoth.images.img_element(_no_picture))
        properties = _properties(data)
    # a broken document breaks its reader in any of these ways
    except (
        zipfile.BadZipFile,
        ArithmeticError,
        AttributeError,
        ElementTree.ParseError,
        ExpatError,
        LookupError,
        NotImplementedError,
        OSError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as error:
        raise UnreadableDocument(f"a Word document that cannot be read ({type(error).__name__})") from error
    return read_page(page.value), properties


def _refuse_traps(data: bytes) -> None:
    """What unpacks to gigabytes, or declares entities that do."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _MAX_UNPACKED_BYTES:
            raise UnreadableDocument(f"unpacked it has more than {_MAX_UNPACKED_BYTES} bytes")
        for part in archive.infolist():
            with archive.open(part) as opened:
                if b"<!DOCTYPE" in opened.read(_HEAD_BYTES):
                    raise UnreadableDocument("a Word document that declares entities of its own")


def _properties(data: bytes) -> dict[str, str]:
    """Those every document has (docProps/core.xml), and those somebody has added (docProps/custom.xml)."""
    said: dict[str, str] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in ("docProps/core.xml", "docProps/custom.xml"):
            if name in archive.namelist():
                for part in ElementTree.fromstring(archive.read(name)):  # noqa: S314  entities are refused before
                    said[part.get("name") or part.tag.rpartition("}")[2]] = "".join(part.itertext()).strip()
    return said


def _no_picture(_: Any) -> dict[str, str]:
    """A picture would come as a very long text of letters."""
    return {"src": ""}
