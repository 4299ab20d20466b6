"""What any keeper of customer profiles must do."""

import asyncio
from dataclasses import replace

import pytest

from kitt_rtc.engines.sqlite import SqliteStore
from kitt_rtc.engines.sqlite_profiles import SqliteProfiles
from kitt_rtc.model.errors import ProfileNotFound, ProfileStale
from kitt_rtc.model.profile import Profile
from kitt_rtc.ports import Profiles
from tests.fakes.profiles import DictProfiles

ADA = Profile(
    "crm-1",
    name="Ada Lévêque",
    company="Œuvres & Cie",
    position="Acheteuse",
    language="fr",
    phone="+33123456789",
    products=("X200",),
    competitors=("Orvane",),
    needs=("aller plus vite",),
    objections=("le prix",),
    commitments=("rep: “je vous rappelle”",),
    terms=("Zygo",),
    notes="Passe par\nl'assistante",
)
NOW = 1_700_000_000.0


@pytest.fixture(params=["dict", "sqlite"])
async def profiles(request, tmp_path):
    if request.param == "dict":
        yield DictProfiles(clock=NOW)
        return
    store = await SqliteStore.open(tmp_path / "kitt.sqlite")
    yield SqliteProfiles(store, now=lambda: NOW)
    await store.close()


async def test_a_profile_comes_back_as_it_went_one_version_further(profiles: Profiles):
    saved = await profiles.save(ADA)
    assert saved == replace(ADA, version=1, updated_at=NOW)
    assert await profiles.find("crm-1") == saved
    assert await profiles.find("nobody") is None


async def test_each_save_counts_and_replaces_the_whole(profiles: Profiles):
    first = await profiles.save(ADA)
    second = await profiles.save(replace(first, needs=(), name="Ada King"))
    assert (second.version, second.needs, second.name) == (2, (), "Ada King")
    assert await profiles.find("crm-1") == second
    assert (await profiles.listing())[1] == 1


async def test_a_stale_version_is_refused_with_the_newer_one(profiles: Profiles):
    first = await profiles.save(ADA)
    newer = await profiles.save(replace(first, name="Somebody else's"))
    with pytest.raises(ProfileStale) as refused:
        await profiles.save(replace(first, name="Mine"))
    assert refused.value.newer == newer
    assert await profiles.find("crm-1") == newer


async def test_a_taken_id_is_not_written_over_and_an_erased_one_does_not_come_back(profiles: Profiles):
    first = await profiles.save(ADA)
    with pytest.raises(ProfileStale):
        await profiles.save(replace(ADA, name="Another"))
    assert await profiles.erase("crm-1")
    assert await profiles.find("crm-1") is None
    assert not await profiles.erase("crm-1")
    with pytest.raises(ProfileNotFound):
        await profiles.save(replace(first, name="Back again"))
    assert await profiles.listing() == ([], 0)


async def test_of_two_who_save_at_once_one_is_refused(profiles: Profiles):
    first = await profiles.save(ADA)
    outcomes = await asyncio.gather(
        *(profiles.save(replace(first, name=f"Writer {number}")) for number in range(5)), return_exceptions=True
    )
    assert sum(isinstance(outcome, ProfileStale) for outcome in outcomes) == 4
    found = await profiles.find("crm-1")
    assert found is not None
    assert found.version == 2


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["b%2", "crm-1", "zoe_3"]),
        ("leveque", ["crm-1"]),
        ("LÉVÊQUE", ["crm-1"]),
        ("oeuvres", ["crm-1"]),
        ("x200", ["crm-1"]),
        ("orvane", ["crm-1"]),
        ("33123456789", ["crm-1"]),
        ("assistante", ["crm-1"]),
        ("CRM-1", ["crm-1"]),
        ("_", ["zoe_3"]),
        ("%", ["b%2"]),
        ("' OR 1=1 --", []),
        ("guard", []),
        ("мир", []),
        ("zzz\ud800", []),
    ],
)
async def test_profiles_are_found_folded_by_id_and_words_and_by_nothing_else(
    profiles: Profiles, search: str, found: list[str]
):
    for one in (ADA, Profile("zoe_3", name="Zoé"), Profile("b%2", company="Aaa SA")):
        await profiles.save(one)
    listed, total = await profiles.listing(search=search)
    assert [one.id for one in listed] == found
    assert total == len(found)


async def test_profiles_come_in_pages_by_name(profiles: Profiles):
    for number in (3, 1, 6, 0, 5, 2, 4):
        await profiles.save(Profile(f"p{9 - number}", name=f"Élan {number}"))
    pages = [await profiles.listing(limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [[one.name[-1] for one in page] for page, _ in pages] == [["0", "1", "2"], ["3", "4", "5"], ["6"], []]
    assert {total for _, total in pages} == {7}


async def test_a_number_finds_those_who_have_it(profiles: Profiles):
    await profiles.save(ADA)
    await profiles.save(Profile("other", name="No number"))
    assert [one.id for one in await profiles.by_phone("+33123456789")] == ["crm-1"]
    assert await profiles.by_phone("+33999999999") == []
    assert await profiles.by_phone("") == []
    for number in range(3):
        await profiles.save(Profile(f"colleague{number}", name="Colleague", phone="+33123456789"))
    assert len(await profiles.by_phone("+33123456789", limit=2)) == 2
