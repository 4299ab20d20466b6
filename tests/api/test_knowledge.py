"""The knowledge base's doors, over a real base: documents come in by jobs, are shown, searched and forgotten."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from kitt_rtc.api.guard import GuardOptions
from kitt_rtc.documents.articles import MAX_FILE_BYTES
from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from kitt_rtc.model.errors import EngineUnavailable
from tests.fakes.doors import House, Plan, open_house
from tests.fakes.shelf import DictShelf

KEY = "the-house-key-0123456789"
PUMP = "---\ntitle: Pump Stops\nproduct: Irrigo\nversion: '{version}'\n---\nThe irrigation pump stops. {more}"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    shelf = Qdrant(
        Lexicon(), QdrantOptions(folder=str(tmp_path)), today=lambda: date(2026, 11, 29), now=lambda: 1_000.0
    )
    async with open_house(Plan(shelf=shelf)) as opened:
        yield opened
    await shelf.close()


async def ask(house: House, method: str, path: str, status: int = 200, **sent: Any) -> Any:
    async with house.client.request(method, path, **sent) as answer:
        told = await answer.json()
        assert answer.status == status, told
        return told


async def finished(house: House, job: dict[str, Any]) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while job["state"] in {"waiting", "running"}:
            await asyncio.sleep(0)
            job = await ask(house, "GET", f"/knowledge/jobs/{job['id']}")
    return job


async def add(house: House, name: str = "pump.md", version: str = "1", more: str = "", **label: str) -> dict[str, Any]:
    body = {"name": name, "text": PUMP.format(version=version, more=more), **label}
    return await finished(house, await ask(house, "POST", "/knowledge/documents", 202, json=body))


async def send(house: House, name: str, data: bytes, status: int = 202, **label: str) -> Any:
    form = FormData({"name": name, **label})
    form.add_field("file", io.BytesIO(data), filename=name)
    return await ask(house, "POST", "/knowledge/files", status, data=form)


async def listed(house: House, query: str = "") -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = (await ask(house, "GET", f"/knowledge/documents{query}"))["documents"]
    return told


async def test_a_text_comes_in_is_listed_shown_searched_and_forgotten(house: House):
    job = await add(house, more="Clean the filter.")
    assert (job["state"], job["added"], job["documents_done"], job["passages_done"]) == ("done", ["pump.md"], 1, 1)
    (document,) = await listed(house)
    assert (document["title"], document["product"], document["version"]) == ("Pump Stops", "Irrigo", "1")
    shown = await ask(house, "GET", f"/knowledge/documents/{document['id']}")
    assert [one["text"] for one in shown["passages"]] == ["The irrigation pump stops. Clean the filter."]
    found = await ask(house, "POST", "/knowledge/search", json={"query": "la pompe d'irrigation s'arrête"})
    (hit,) = found["passages"]
    assert hit["document_id"] == document["id"]
    assert hit["score"] == pytest.approx(sum(part["value"] for part in hit["parts"]), abs=1e-3)
    assert await ask(house, "DELETE", f"/knowledge/documents/{document['id']}") == {
        "success": True,
        "source": "pump.md",
    }
    assert await listed(house) == []
    assert (await ask(house, "POST", "/knowledge/search", json={"query": "pump"}))["passages"] == []
    for method in ("GET", "DELETE"):
        told = await ask(house, method, f"/knowledge/documents/{document['id']}", 404)
        assert told["error"]["code"] == "document_not_found"


async def test_N6_a_replaced_document_keeps_its_earlier_version_in_the_list(house: House):
    await add(house, version="1")
    await add(house, version="2", more="Change the fuse.")
    (document,) = await listed(house)
    assert [one["version"] for one in document["editions"]] == ["2", "1"]
    assert len({one["digest"] for one in document["editions"]}) == 2
    again = await add(house, version="2", more="Change the fuse.")
    assert (again["added"], again["unchanged"]) == ([], ["pump.md"])


async def test_a_file_comes_in_with_what_it_does_not_say_itself(house: House):
    job = await send(
        house, "notes.txt", b"The gate opens by itself at night.", product="Ostia", valid_until="2026-11-28"
    )
    assert (await finished(house, job))["added"] == ["notes.txt"]
    (document,) = await listed(house, "?search=ostia")
    assert (document["product"], document["valid_until"]) == ("Ostia", "2026-11-28")
    found = await ask(house, "POST", "/knowledge/search", json={"query": "the gate opens by itself"})
    assert (found["passages"], [one["rule"] for one in found["dropped"]]) == ([], ["expired"])


async def test_a_bad_file_is_named_with_its_reason_and_the_next_one_comes_in(house: House):
    bad = await finished(house, await send(house, "broken.pdf", b"%PDF-1.4 broken"))
    assert (bad["state"], bad["skipped"][0]["source"]) == ("done", "broken.pdf")
    assert "PDF" in bad["skipped"][0]["reason"]
    good = await finished(house, await send(house, "a.txt", b"The pump is dry."))
    assert good["added"] == ["a.txt"]


async def test_a_near_duplicate_is_told_with_both_names(house: House):
    words = "Open the valve, wait for one minute, clean the filter with warm water and close the valve again slowly."
    await add(house, "a.md", more=words)
    job = await add(house, "b.md", more=words)
    (twin,) = job["twins"]
    assert (twin["source"], twin["other_source"]) == ("b.md", "a.md")
    assert twin["likeness"] > 0.9


async def test_pages_are_fetched_by_a_job(house: House):
    body = {"urls": ["https://help.example/pump", "https://help.example/pump"], "product": "Irrigo"}
    job = await finished(house, await ask(house, "POST", "/knowledge/documents", 202, json=body))
    assert job["added"] == ["https://help.example/pump"]
    (document,) = await listed(house)
    assert (document["title"], document["source"]) == ("Pump", "https://help.example/pump")


async def test_a_search_can_ask_for_one_product_and_an_error_code(house: House):
    await add(house, "a.md", more="Error E-4012 means that it is dry.")
    await add(house, "b.md", more="Error E-7000 means that it is hot.")
    wish = {"query": "the pump stops", "error_codes": ["E-7000"], "product": "Irrigo", "limit": 2}
    best, other = (await ask(house, "POST", "/knowledge/search", json=wish))["passages"]
    assert (best["source"], best["parts"][-1]["name"]) == ("b.md", "error_code")
    assert other["parts"][-1]["value"] < 0
    none = await ask(house, "POST", "/knowledge/search", json={"query": "the pump stops", "product": "Vaultis"})
    assert ([], {"product"}) == (none["passages"], {one["rule"] for one in none["dropped"]})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "no name"},
        {"name": "no text"},
        {"name": "both", "text": "x", "urls": ["https://a.example"]},
        {"urls": ["https://a.example"] * 51},
        {"name": "a\nb", "text": "x"},
        {"name": "a", "text": "x", "valid_until": "soon"},
        {"name": "a", "text": "x", "valid_from": "2026-02-01", "valid_until": "2026-01-01"},
        {"name": "a", "text": "x" * 200_001},
    ],
)
async def test_what_is_no_document_is_a_422(house: House, body: dict[str, Any]):
    assert (await ask(house, "POST", "/knowledge/documents", 422, json=body))["error"]["code"] == "bad_form"


async def test_a_file_needs_something_in_it_and_a_measure(house: House):
    assert (await send(house, "a.txt", b"", 422))["error"]["code"] == "bad_form"
    assert (await send(house, "", b"words", 422))["error"]["code"] == "bad_form"
    assert (await send(house, "a.txt", b"x" * (MAX_FILE_BYTES + 30_000), 413))["error"]["code"] == "too_large"


async def test_a_job_that_nobody_knows_is_a_404(house: House):
    assert (await ask(house, "GET", "/knowledge/jobs/nobody", 404))["error"]["code"] == "job_not_found"
    assert (await ask(house, "GET", "/knowledge/jobs")) == {"jobs": []}


async def test_a_base_that_is_away_fails_its_job_and_the_next_one_begins():
    shelf = DictShelf(failure=EngineUnavailable("qdrant", "the base is away", retryable=True))
    async with open_house(Plan(shelf=shelf)) as house:
        failed = await add(house)
        assert (failed["state"], failed["trouble"]) == ("failed", "the base is away")
        shelf.failure = None
        assert (await add(house))["state"] == "done"
        newest, oldest = (await ask(house, "GET", "/knowledge/jobs"))["jobs"]
        assert (newest["state"], oldest["state"]) == ("done", "failed")


async def test_more_jobs_than_wait_are_told_to_come_again():
    class Stuck(DictShelf):
        """Never answers."""

        async def holds(self, source: str, passages: object) -> bool:
            await asyncio.Event().wait()
            return True

    async with open_house(Plan(shelf=Stuck())) as house:
        body = {"name": "a", "text": "The pump is dry."}
        statuses = []
        for _ in range(66):
            async with house.client.post("/knowledge/documents", json=body) as answer:
                statuses.append(answer.status)
        assert statuses[:64] == [202] * 64
        assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/knowledge/documents"),
        ("POST", "/knowledge/documents"),
        ("POST", "/knowledge/files"),
        ("GET", "/knowledge/documents/0123456789abcdef"),
        ("DELETE", "/knowledge/documents/0123456789abcdef"),
        ("POST", "/knowledge/search"),
        ("GET", "/knowledge/jobs"),
    ],
)
async def test_the_doors_are_the_operators(method: str, path: str):
    async with open_house(Plan(guard=GuardOptions(api_key=KEY))) as house:
        async with house.client.request(method, path) as answer:
            assert answer.status == 401
        async with house.client.post("/calls/start", headers={"Authorization": f"Bearer {KEY}"}) as answer:
            token = (await answer.json())["token"]
        async with house.client.request(method, path, headers={"Authorization": f"Bearer {token}"}) as answer:
            assert answer.status == 403
