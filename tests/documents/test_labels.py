"""What documents say of themselves: in front matter, in a page's head, in columns, in properties."""

import io
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfWriter

from kitt_rtc.documents.articles import read_data
from kitt_rtc.documents.ingest import ingest
from kitt_rtc.documents.labels import Label, read_label
from kitt_rtc.documents.outline import UnreadableDocument
from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from tests.documents.test_articles import docx, raw_pdf

WHOLE = Label("Pump", "Irrigo", "1.10", "en", "2026-01-01", "2026-12-31")
PROPERTIES = (
    '<?xml version="1.0"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property name="Product"><vt:lpwstr>Irrigo</vt:lpwstr></property>'
    '<property name="Version"><vt:lpwstr>1.10</vt:lpwstr></property>'
    '<property name="Valid from"><vt:lpwstr>2026-01-01</vt:lpwstr></property>'
    '<property name="ValidUntil"><vt:filetime>2026-12-31T00:00:00Z</vt:filetime></property></Properties>'
)


def pdf() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(raw_pdf("The pump is dry and the filter is full.")))
    named = {"Title": "Pump", "Product": "Irrigo", "Version": "1.10", "ValidFrom": "2026-01-01"}
    writer.add_metadata({f"/{name}": value for name, value in named.items()} | {"/ValidUntil": "2026-12-31"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word() -> bytes:
    data = io.BytesIO(docx("<w:p><w:r><w:t>The pump is dry and the filter is full.</w:t></w:r></w:p>"))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("docProps/custom.xml", PROPERTIES)
        core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
        head = f'<p:coreProperties xmlns:p="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        archive.writestr("docProps/core.xml", f"{head}<dc:title>Pump</dc:title></p:coreProperties>")
    return data.getvalue()


FILES = {
    "a.md": "---\ntitle: Pump\nproduct: Irrigo\nversion: 1.10\nlanguage: en\nvalid-from: 2026-01-01\n"
    "valid until: 2026-12-31\n---\nThe pump is dry.\n",
    "a.txt": "---\ntitre: Pump\nproduit: Irrigo\nversion: 1.10\nlangue: en\nvalid_from: 2026-01-01\n"
    "valid_until: 2026-12-31\n---\nThe pump is dry.\n",
    "a.html": '<html lang="en"><head><title>Pump</title><meta name="product" content="Irrigo"><meta name="version" '
    'content="1.10"><meta name="valid-from" content="2026-01-01"><meta name="valid-until" content="2026-12-31"></head>'
    "<body><p>The pump is dry.</p></body></html>",
    "a.csv": "title,text,product,version,language,valid_from,Valid until\n"
    "Pump,The pump is dry.,Irrigo,1.10,en,2026-01-01,2026-12-31\n",
    "a.pdf": pdf(),
    "a.docx": word(),
}


@pytest.mark.parametrize("name", FILES)
def test_N6_every_kind_of_file_can_say_its_product_its_version_and_when_it_is_valid(name: str) -> None:
    data = FILES[name]
    (article,) = read_data(data.encode() if isinstance(data, str) else data, name)
    assert article.label == WHOLE


def test_what_the_file_says_counts_more_than_what_is_given() -> None:
    given = Label(product="Vaultis", version="9", valid_until="2030-01-01")
    (article,) = read_data(b"---\nproduct: Irrigo\n---\nThe pump is dry.", "pump.md", label=given)
    assert article.label == Label("Pump", "Irrigo", "9", "en", "", "2030-01-01")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"valid_until": "next year"}, "valid_until is no day"),
        ({"valid_from": "2026-13-01"}, "valid_from is no day"),
        ({"valid_from": "2026-02-01", "valid_until": "2026-01-01"}, "is before valid_from"),
    ],
)
def test_a_day_that_is_none_is_a_reason(said: dict[str, str], reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason):
        read_label(said)


async def test_a_folder_says_what_its_documents_do_not(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "deep").mkdir(parents=True)
    (docs / "_defaults.yaml").write_text("product: Irrigo\nvalid_until: 2099-01-01\n")
    (docs / "deep" / "_defaults.yaml").write_text("product: Vaultis\n")
    (docs / "a.md").write_text("The pump is dry.")
    (docs / "deep" / "b.md").write_text("The disk is full.")
    (docs / "deep" / "c.md").write_text("---\nproduct: Kordon\n---\nThe port is off.")
    base = Qdrant(Lexicon(), QdrantOptions(folder=str(tmp_path / "base")))
    report = await ingest([docs], base, root=docs)
    assert report.skipped == ()
    told = {one.source: (one.product, one.valid_until) for one in await base.documents()}
    assert told == {
        "a.md": ("Irrigo", "2099-01-01"),
        "deep/b.md": ("Vaultis", "2099-01-01"),
        "deep/c.md": ("Kordon", "2099-01-01"),
    }
    (docs / "deep" / "_defaults.yaml").write_text("- no\n")
    report = await ingest([docs], base, root=docs)
    assert [(one.source, one.reason.split(":")[0]) for one in report.skipped] == [
        ("deep/b.md", "deep/_defaults.yaml"),
        ("deep/c.md", "deep/_defaults.yaml"),
    ]
    await base.close()
