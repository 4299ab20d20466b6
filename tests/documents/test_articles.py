"""Files of any kind become titled blocks of plain text, or a reason."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from pypdf import PdfWriter

from kitt_rtc.documents.articles import Article, read_documents
from kitt_rtc.documents.outline import UnreadableDocument


def read(tmp_path: Path, name: str, data: str | bytes) -> list[Article]:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_documents(path)


def reason(tmp_path: Path, name: str, data: str | bytes) -> str:
    with pytest.raises(UnreadableDocument) as raised:
        read(tmp_path, name, data)
    return str(raised.value)


def raw_pdf(*pages: str) -> bytes:
    """A page for each text, written by hand."""
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for place, text in enumerate(pages):
        words = f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET" if text else ""
        page = "/Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< {page} /Contents {5 + 2 * place} 0 R >>")
        objects.append(f"<< /Length {len(words)} >>\nstream\n{words}\nendstream")
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return f"{out}startxref\n{out.index('xref')}\n%%EOF\n".encode()


def pdf(*pages: str, password: str = "", title: str = "") -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(raw_pdf(*pages)))
    if title:
        writer.add_metadata({"/Title": title})
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def docx(body: str, *, head: str = "", more: bytes = b"") -> bytes:
    """A Word document with this body, written by hand."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/></w:lvl>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{word}.document.main+xml"/>'
        f'<Override PartName="/word/numbering.xml" ContentType="{word}.numbering+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/numbering" Target="numbering.xml"/></Relationships>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{space}"><w:abstractNum w:abstractNumId="1">{level}'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>',
        "word/document.xml": f'{head}<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        archive.writestr("word/media/picture.png", more)
    return out.getvalue()


def paragraph(text: str, *, style: str = "", numbered: bool = False) -> str:
    number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' if numbered else ""
    properties = f'<w:pPr>{f"""<w:pStyle w:val="{style}"/>""" if style else ""}{number}</w:pPr>'
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def lines(document: Article) -> list[str]:
    return [line for block in document.blocks for line in block.lines]


def test_markdown_keeps_title_sections_and_numbered_steps(tmp_path: Path) -> None:
    front = "---\ntitle: T\nproduct: P\nversion: 1.10\nlanguage: FR\n---\n"
    (document,) = read(tmp_path, "a.md", front + "# T\n\n## Étapes\n\n1. *Un*\n   suite\n2. `Deux`\n")
    assert (document.label.title, document.label.product, document.label.version, document.label.language) == (
        "T",
        "P",
        "1.10",
        "fr",
    )
    (block,) = document.blocks
    assert (block.section, block.lines) == ("Étapes", ("1. Un suite", "2. Deux"))


def test_markdown_reads_nested_lists_tables_code_and_quotes(tmp_path: Path) -> None:
    text = "# T\n- a\n  - b\n\n|x|y|\n|-|-|\n|1|2|\n\n```\ncode\n```\n\n> said\n\n### Deep\n\nend\n"
    (document,) = read(tmp_path, "a.md", text)
    assert lines(document) == ["- a", "  - b", "x | y", "1 | 2", "code", "said", "end"]
    assert document.blocks[-1].section == "Deep"


def test_html_keeps_words_and_leaves_the_rest(tmp_path: Path) -> None:
    page = (
        "<html lang='fr'><head><title>Le titre</title><style>p{}</style></head><body><nav>menu</nav>"
        "<script>alert(1)</script><h1>Le titre</h1><p>Bonjour &amp; <b>merci</b></p><h2>Étapes</h2>"
        "<ol><li>Un<li>Deux</ol><table><tr><td>a<td>b</tr></table></body></html>"
    )
    (document,) = read(tmp_path, "a.html", page)
    assert (document.label.title, document.label.language) == ("Le titre", "fr")
    assert lines(document) == ["Bonjour & merci", "1. Un", "2. Deux", "a b"]
    assert document.blocks[-1].section == "Étapes"


def test_each_row_of_a_table_is_a_document(tmp_path: Path) -> None:
    table = "Question;Réponse;Modèle;Version\nPas d'image ?;Redémarrez.;Dome;2\nPas de son ?;Montez le volume.;;\n"
    first, second = read(tmp_path, "faq.csv", table)
    assert (first.label.title, lines(first), first.label.version) == (
        "Pas d'image ?",
        ["Redémarrez.", "modèle: Dome"],
        "2",
    )
    assert (second.label.title, lines(second)) == ("Pas de son ?", ["Montez le volume."])


def test_a_pdf_gives_its_pages(tmp_path: Path) -> None:
    (document,) = read(tmp_path, "a.pdf", pdf("Restart the camera", "Call support", title="Manual"))
    assert document.label.title == "Manual"
    assert [(block.section, *block.lines) for block in document.blocks] == [
        ("p. 1", "Restart the camera"),
        ("p. 2", "Call support"),
    ]


def test_a_word_document_keeps_headings_steps_and_tables(tmp_path: Path) -> None:
    cells = "".join(f"<w:tc>{paragraph(words)}</w:tc>" for words in ("Erreur", "E-12"))
    body = (
        paragraph("Pompe arrêtée", style="Heading1")
        + paragraph("Étapes", style="Heading2")
        + paragraph("Nettoyer le filtre.", numbered=True)
        + paragraph("Régler le pressostat.", numbered=True)
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    )
    (document,) = read(tmp_path, "pompe.docx", docx(body))
    assert (document.label.title, document.label.language) == ("Pompe arrêtée", "fr")
    assert [block.section for block in document.blocks] == ["Étapes"] * 2
    assert lines(document) == ["1. Nettoyer le filtre.", "2. Régler le pressostat.", "Erreur E-12"]


def test_the_language_is_told_by_the_words(tmp_path: Path) -> None:
    assert read(tmp_path, "a.txt", "La caméra est hors ligne et le client attend.")[0].label.language == "fr"
    assert read(tmp_path, "a.txt", "The camera is offline and the customer waits.")[0].label.language == "en"
    assert read(tmp_path, "a.txt", "0x7F")[0].label.language == ""


def test_without_a_title_the_name_is_the_title(tmp_path: Path) -> None:
    assert read(tmp_path, "camera-off_line.txt", "words")[0].label.title == "Camera off line"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_usual_letters_of_any_system_are_read(tmp_path: Path, encoding: str) -> None:
    assert lines(read(tmp_path, "a.txt", "Réglée à l'été".encode(encoding))[0]) == ["Réglée à l'été"]


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", b"", "no text"),
        ("a.md", b"---\ntitle: T\n---\n", "no text"),
        ("a.md", b"---\ntitle: [\n---\ntext", "front matter"),
        ("a.md", b"---\n- a\n---\ntext", "front matter"),
        ("a.md", b"---\n" + b"[" * 5_000 + b"\n---\ntext", "front matter"),
        ("a.txt", bytes(range(256)), "not text"),
        ("a.txt", b"PK\x03\x04\x00\x00", "binary"),
        ("a.txt", b"\xff\xfea", "not text"),
        ("a.txt", b"\x81\x8d", "not text"),
        ("a.html", b"<html><script>x</script></html>", "no text"),
        ("a.csv", b"", "no text"),
        ("a.csv", b"question,answer\n", "no text"),
        ("a.csv", b'a,b\n"' + b"x" * 200_000 + b'",y\n', "not a table"),
        ("a.pdf", b"", "PDF that cannot be read"),
        ("a.pdf", b"%PDF-1.7 nonsense", "PDF that cannot be read"),
        ("a.pdf", pdf("text")[:300], "PDF that cannot be read"),
        ("a.pdf", pdf("text", password="secret"), "PDF that cannot be read"),
        ("a.pdf", pdf(""), "without text"),
        ("a.docx", b"PK", "Word document that cannot be read"),
        ("a.docx", docx("<w:p>")[:-200], "Word document that cannot be read"),
        ("a.docx", docx("<w:p"), "Word document that cannot be read"),
        ("a.docx", docx(""), "no text"),
        ("a.docx", docx("", head='<!DOCTYPE x [<!ENTITY a "aaaa">]>'), "entities of its own"),
        ("a.docx", docx("", more=bytes(60_000_000)), "unpacked it has more than"),
        ("a.odt", b"PK", "not one of"),
        ("Makefile", b"all:", "no suffix"),
    ],
)
def test_a_bad_file_gives_a_reason(tmp_path: Path, name: str, data: bytes, expected: str) -> None:
    assert expected in reason(tmp_path, name, data)


def test_a_file_that_is_not_there_gives_a_reason(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="cannot be opened"):
        read_documents(tmp_path / "gone.md")


def test_a_huge_file_is_not_even_opened(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"word " * 1_000)
    with pytest.raises(UnreadableDocument, match="5000 bytes; at most 4000"):
        read_documents(tmp_path / "a.txt", max_bytes=4_000)


@pytest.mark.parametrize("suffix", [".md", ".html", ".csv", ".txt", ".pdf", ".docx"])
@pytest.mark.parametrize(
    "data",
    [
        b"<" * 5_000,
        b"[" * 5_000,
        b"> " * 2_000,
        b"- " * 2_000,
        b"\n" * 5_000,
        b"# " * 999,
        b",;\t\n" * 999,
        b"---\n" * 9,
    ],
    ids=["angles", "brackets", "quotes", "lists", "lines", "heads", "marks", "rules"],
)
def test_odd_content_gives_documents_or_a_reason(tmp_path: Path, suffix: str, data: bytes) -> None:
    with suppress(UnreadableDocument):
        assert all(document.blocks for document in read(tmp_path, f"a{suffix}", data))
