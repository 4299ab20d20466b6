"""Proposed articles in the store's file: there after a restart, and gone with their call unless they were approved."""

from dataclasses import replace
from pathlib import Path

import pytest

from kitt_rtc.engines.sqlite import SqliteStore
from kitt_rtc.engines.sqlite_proposals import SqliteProposals
from kitt_rtc.model.errors import ProposedArticleNotFound
from kitt_rtc.model.facts import Entry
from kitt_rtc.model.proposed_article import APPROVED, REJECTED, ProposedArticle, ProposedStep
from tests.fakes.facts import ended, started

PINK = ProposedArticle(
    "art_1", "Pink at night", "The image is pink.", (ProposedStep("Unplug the filter.", "utt3"),), "one"
)


async def test_R12_proposals_are_kept_once_edited_and_survive_a_restart(tmp_path: Path):
    store = await SqliteStore.open(tmp_path / "store.sqlite3")
    proposals = SqliteProposals(store)
    await proposals.propose(PINK)
    edited = replace(PINK, title="Pink image").decided(REJECTED, by="ana", at=2.0)
    await proposals.save(edited)
    await proposals.propose(PINK)
    with pytest.raises(ProposedArticleNotFound):
        await proposals.save(replace(PINK, id="art_9"))
    await store.close()
    store = await SqliteStore.open(tmp_path / "store.sqlite3")
    assert await SqliteProposals(store).listing() == [edited]
    await store.close()


async def test_R12_a_call_that_is_forgotten_takes_its_proposals_with_it_but_for_approved_ones(tmp_path: Path):
    file = tmp_path / "store.sqlite3"
    store = await SqliteStore.open(file)
    proposals = SqliteProposals(store)
    for call_id in ("one", "two"):
        await store.append(call_id, [Entry(1, 0.0, started(call_id, at=1_000.0)), Entry(2, 60.0, ended())])
    await proposals.propose(PINK)
    await proposals.propose(replace(PINK, id="art_2").decided(APPROVED, by="ana", at=2.0))
    await proposals.propose(replace(PINK, id="art_3", call_id="three", symptom="Something else."))
    assert await store.forget(before=2_000.0) == 2
    assert {one.id for one in await proposals.listing()} == {"art_2", "art_3"}
    await store.close()


async def test_R12_a_call_that_is_erased_takes_its_proposals_with_it_but_for_approved_ones(tmp_path: Path):
    store = await SqliteStore.open(tmp_path / "store.sqlite3")
    proposals = SqliteProposals(store)
    await store.append("one", [Entry(1, 0.0, started("one", at=1_000.0)), Entry(2, 60.0, ended())])
    await proposals.propose(PINK)
    await proposals.propose(replace(PINK, id="art_2").decided(APPROVED, by="ana", at=2.0))
    assert await store.erase("one")
    assert [one.id for one in await proposals.listing()] == ["art_2"]
    await store.close()
