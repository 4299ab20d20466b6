"""Customers at the doors: kept and edited by people, read and taught by their own calls."""

import asyncio
import logging
from typing import Any

import pytest

from kitt_rtc.api.guard import GuardOptions
from kitt_rtc.calls.switchboard import SwitchboardOptions
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import CallStarted, ContextRead, LegJoined, ProfileRead, ProfileUpdated, Trouble
from kitt_rtc.model.facts import UtteranceHeard as Heard
from kitt_rtc.model.profile import ITEM_LETTERS, MOST_ITEMS, NAME_LETTERS, NOTES_LETTERS, Profile
from kitt_rtc.model.speech import Role, Speaker, Utterance
from tests.fakes.doors import House, Plan, open_house
from tests.fakes.phone_house import NUMBER, PhonePlan, open_phones
from tests.fakes.profiles import DictProfiles

KEY = "the-house-key-0123456789"
OPERATOR = {"Authorization": f"Bearer {KEY}"}
ADA = {"name": "Ada Byron", "company": "Acme", "language": "fr", "products": ["X200"], "phone": NUMBER}
CLIENT = Speaker("CUSTOMER", Role.CUSTOMER)


@pytest.fixture
async def house():
    async with open_house() as opened:
        yield opened


async def ask(house: House, method: str, path: str, status: int = 200, **sent: Any) -> Any:
    async with house.client.request(method, path, **sent) as answer:
        told = await answer.json() if answer.status != 204 else None
        assert answer.status == status, told
        return told


async def put(house: House, **profile: Any) -> dict[str, Any]:
    told: dict[str, Any] = (await ask(house, "POST", "/profiles", json=profile))["profile"]
    return told


async def talk(house: House, call_id: str) -> None:
    """A client tells two things worth knowing."""
    call = house.switchboard.find(call_id).call
    call.record(LegJoined("leg-1", "webrtc", Speaker("rep-7", Role.REP, "Anna")))
    call.record(Heard(Utterance("u1", CLIENT, "We need a faster scanner.", "en", 1.0, 2.0), 0.1))
    call.record(Heard(Utterance("u2", CLIENT, "We are with Orvane today.", "en", 3.0, 4.0), 0.1))
    call.record(
        ContextRead(("u1", "u2"), "discovery", (), (), (), "", True, "because", competitors=("Orvane",)),
    )


# People's side.


async def test_a_profile_is_made_read_edited_and_erased(house: House):
    made = await put(house, **ADA)
    assert made["id"].startswith("profile_")
    assert (made["name"], made["products"], made["version"]) == ("Ada Byron", ["X200"], 1)
    assert await ask(house, "GET", f"/profiles/{made['id']}") == made
    edited = await ask(house, "PUT", f"/profiles/{made['id']}", json={"name": "Ada King", "version": 1})
    assert (edited["profile"]["name"], edited["profile"]["company"], edited["profile"]["version"]) == (
        "Ada King",
        "",
        2,
    )
    await ask(house, "DELETE", f"/profiles/{made['id']}", 204)
    gone = await ask(house, "GET", f"/profiles/{made['id']}", 404)
    assert gone["error"] == {"code": "profile_not_found", "message": "there is no customer profile of this id"}
    await ask(house, "DELETE", f"/profiles/{made['id']}", 404)
    await ask(house, "PUT", f"/profiles/{made['id']}", 404, json={"name": "Ada", "version": 2})


async def test_profiles_are_listed_by_name_searched_and_paged(house: House):
    for name in ("Zoé", "Émile", "Ada"):
        await put(house, name=name, company="Acmé" if name != "Zoé" else "")
    told = await ask(house, "GET", "/profiles?limit=2")
    assert ([one["name"] for one in told["profiles"]], told["total"]) == (["Ada", "Émile"], 3)
    assert [one["name"] for one in (await ask(house, "GET", "/profiles?limit=2&offset=2"))["profiles"]] == ["Zoé"]
    assert (await ask(house, "GET", "/profiles?search=ACME"))["total"] == 2


async def test_a_stale_version_is_a_409_with_the_newer_one(house: House):
    made = await put(house, **ADA)
    newer = await ask(house, "PUT", f"/profiles/{made['id']}", json={"name": "Theirs", "version": 1})
    told = await ask(house, "PUT", f"/profiles/{made['id']}", 409, json={"name": "Mine", "version": 1})
    assert told["error"]["code"] == "profile_stale"
    assert told["error"]["newer"] == newer["profile"]
    assert (await ask(house, "GET", f"/profiles/{made['id']}"))["name"] == "Theirs"


async def test_an_id_of_the_houses_books_is_taken_once(house: House):
    assert (await put(house, id="crm-7", name="Ada"))["id"] == "crm-7"
    assert (await ask(house, "POST", "/profiles", 409, json={"id": "crm-7", "name": "Eve"}))["error"]["newer"][
        "name"
    ] == "Ada"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a" * (NAME_LETTERS + 1)),
        ("name", "two\nlines"),
        ("company", "a" * (NAME_LETTERS + 1)),
        ("language", "de"),
        ("phone", "0123456789"),
        ("phone", "+33 1 23"),
        ("products", ["a" * (ITEM_LETTERS + 1)]),
        ("needs", ["one"] * (MOST_ITEMS + 1)),
        ("terms", ["  "]),
        ("commitments", "not a list"),
        ("notes", "a" * (NOTES_LETTERS + 1)),
        ("version", 1),
        ("id", "../etc"),
    ],
)
async def test_every_field_has_its_measure_and_is_named(house: House, field: str, value: object):
    told = await ask(house, "POST", "/profiles", 422, json={"name": "Ada", field: value})
    assert {fault["field"].split(".")[0] for fault in told["error"]["fields"]} == {field}
    assert house.profiles.kept == {}


async def test_somebody_without_a_name_is_nobody(house: House):
    told = await ask(house, "POST", "/profiles", 422, json={"name": "  ", "notes": "who?"})
    assert {fault["field"] for fault in told["error"]["fields"]} == {"name", "company"}


async def test_a_store_that_is_away_is_a_503(house: House):
    house.profiles.fault = EngineUnavailable("sqlite", "no room is left", retryable=True)
    assert (await ask(house, "GET", "/profiles", 503))["error"]["code"] == "engine_unavailable"


# Who may.


async def test_a_calls_token_opens_its_own_customer_and_nothing_else():
    async with open_house(Plan(guard=GuardOptions(api_key=KEY))) as house:
        for profile_id in ("mine", "other"):
            await ask(house, "POST", "/profiles", json={"id": profile_id, "name": profile_id}, headers=OPERATOR)
            start = {"session_id": f"call-{profile_id}", "profile_id": profile_id}
            await ask(house, "POST", "/calls/start", json=start, headers=OPERATOR)
        token = {"Authorization": f"Bearer {house.guard.token_for('call-mine')}"}
        assert (await ask(house, "GET", "/calls/call-mine/profile", headers=token))["profile"]["name"] == "mine"
        for method, path in (("GET", "/profiles"), ("GET", "/profiles/mine"), ("DELETE", "/profiles/mine")):
            await ask(house, method, path, 403, headers=token)
        await ask(house, "POST", "/profiles", 403, json={"name": "Eve"}, headers=token)
        await ask(house, "PUT", "/profiles/mine", 403, json={"name": "Eve", "version": 1}, headers=token)
        await ask(house, "GET", "/calls/call-other/profile", 404, headers=token)
        await ask(house, "POST", "/calls/call-other/profile", 404, json={"lessons": ["x"]}, headers=token)
        await ask(house, "GET", "/profiles", 401)
        assert {one.name for one in house.profiles.kept.values()} == {"mine", "other"}


# At a call's start.


async def test_a_known_customer_is_read_right_behind_the_calls_beginning(house: House):
    made = await put(house, **ADA)
    started = await house.start(profile_id=made["id"])
    first, second = house.switchboard.find(started["session_id"]).call.journal.entries()[:2]
    assert isinstance(first.fact, CallStarted)
    assert first.fact.profile_id == made["id"]
    assert isinstance(second.fact, ProfileRead)
    assert (second.fact.profile.name, second.fact.profile.version) == ("Ada Byron", 1)
    told = await ask(house, "GET", f"/calls/{started['session_id']}/profile")
    assert (told["profile"], told["sure"], told["lessons"]) == (made, "certain", [])


async def test_an_id_that_nobody_knows_is_a_label_as_before(house: House):
    started = await house.start(profile_id="durand-sa")
    conversation = house.switchboard.find(started["session_id"]).call.conversation
    assert (conversation.profile_id, conversation.profile) == ("durand-sa", None)
    told = await ask(house, "GET", f"/calls/{started['session_id']}/profile")
    assert (told["profile"], told["sure"], told["lessons"]) == (None, "", [])
    refused = await ask(house, "POST", f"/calls/{started['session_id']}/profile", 404, json={"lessons": ["x"]})
    assert refused["error"]["code"] == "profile_not_found"


async def test_a_call_begins_also_when_customers_cannot_be_looked_up(house: House):
    house.profiles.fault = EngineUnavailable("sqlite", "no room is left", retryable=True)
    started = await house.start(profile_id="crm-7")
    entries = house.switchboard.find(started["session_id"]).call.journal.entries()
    assert isinstance(entries[0].fact, CallStarted)
    assert [entry.fact for entry in entries if isinstance(entry.fact, Trouble)] == [
        Trouble("profile", "engine_unavailable", "no room is left")
    ]


async def test_the_customers_language_is_the_calls_where_none_is_asked_for():
    async with open_house(Plan(switchboard=SwitchboardOptions(language="en"))) as house:
        made = await put(house, **ADA)
        assert (await house.start(profile_id=made["id"]))["language"] == "fr"
        assert (await house.start(profile_id=made["id"], language="en"))["language"] == "en"
        assert (await house.start())["language"] == "en"


async def test_a_language_that_cannot_be_heard_is_not_taken_from_a_profile():
    async with open_house(Plan(switchboard=SwitchboardOptions(language="en"), languages=frozenset({"en"}))) as house:
        made = await put(house, **ADA)
        assert (await house.start(profile_id=made["id"]))["language"] == "en"


# By number.


async def test_a_telephone_that_is_rung_tells_whose_call_it_is():
    kept = DictProfiles({"crm-7": Profile("crm-7", name="Ada", phone=NUMBER, version=1)})
    async with open_phones(PhonePlan(profiles=kept)) as phones:
        told = await phones.dial(role="customer")
        conversation = phones.switchboard.find(told["session_id"]).call.conversation
        assert conversation.profile == kept.kept["crm-7"]
        async with phones.client.get(f"/calls/{told['session_id']}/profile") as answer:
            assert (await answer.json())["sure"] == "likely"


async def test_a_number_that_two_share_tells_nobody_and_a_named_customer_stays():
    kept = DictProfiles({name: Profile(name, name=name, phone=NUMBER, version=1) for name in ("a", "b")})
    async with open_phones(PhonePlan(profiles=kept)) as phones:
        told = await phones.dial(role="customer")
        assert phones.switchboard.find(told["session_id"]).call.conversation.profile is None
        await kept.erase("b")
        async with phones.client.post("/calls/start", json={"session_id": "named", "profile_id": "somebody"}) as answer:
            assert answer.status == 200
        await phones.dial(role="customer", session_id="named")
        assert phones.switchboard.find("named").call.conversation.profile is None
        async with phones.client.post("/calls/start", json={"session_id": "unnamed"}) as answer:
            assert answer.status == 200
        await phones.dial(role="customer", session_id="unnamed")
        assert phones.switchboard.find("unnamed").call.conversation.profile == kept.kept["a"]


# What a call teaches.


async def lessons_of(house: House, call_id: str) -> dict[str, dict[str, Any]]:
    told = await ask(house, "GET", f"/calls/{call_id}/profile")
    return {lesson["field"]: lesson for lesson in told["lessons"]}


async def updates(house: House, call_id: str) -> list[dict[str, Any]]:
    facts = (await ask(house, "GET", f"/calls/{call_id}"))["facts"]
    return [fact for fact in facts if fact["type"] == "profile_updated"]


@pytest.mark.parametrize("over", [False, True], ids=["while it lasts", "when it is over"])
async def test_what_was_learnt_is_saved_once_somebody_approves_and_the_story_says_who(house: House, *, over: bool):
    made = await put(house, **ADA)
    call_id = (await house.start(profile_id=made["id"], playbook="coaching"))["session_id"]
    await talk(house, call_id)
    if over:
        await ask(house, "POST", f"/calls/{call_id}/end")
    learnt = await lessons_of(house, call_id)
    assert learnt["competitors"]["words"] == "Orvane"
    assert learnt["competitors"]["quote"] == "We are with Orvane today."
    assert learnt["needs"]["utterance_id"] == "u1"
    assert await ask(house, "GET", f"/profiles/{made['id']}") == made, "nothing is saved without approval"
    body = {"lessons": [learnt["competitors"]["id"]], "by": "leg-1"}
    told = await ask(house, "POST", f"/calls/{call_id}/profile", json=body)
    change = {
        "field": "competitors",
        "before": "",
        "after": "Orvane",
        "quote": "We are with Orvane today.",
        "utterance_id": "u2",
    }
    assert told["changes"] == [change]
    assert (told["profile"]["competitors"], told["profile"]["needs"], told["profile"]["version"]) == (["Orvane"], [], 2)
    (updated,) = await updates(house, call_id)
    assert updated["data"] == {"profile_id": made["id"], "changes": [change], "by": "rep-7"}
    assert set(await lessons_of(house, call_id)) == {"needs"}
    again = await ask(house, "POST", f"/calls/{call_id}/profile", json=body)
    assert (again["changes"], again["profile"]["version"]) == ([], 2)
    assert len(await updates(house, call_id)) == 1


async def test_approvals_after_the_end_stand_behind_it_in_the_store_one_after_the_other(house: House):
    made = await put(house, **ADA)
    call_id = (await house.start(profile_id=made["id"]))["session_id"]
    await talk(house, call_id)
    await ask(house, "POST", f"/calls/{call_id}/end")
    before = len(house.store.stories[call_id])
    learnt = await lessons_of(house, call_id)
    await asyncio.gather(
        *(
            ask(house, "POST", f"/calls/{call_id}/profile", json={"lessons": [lesson["id"]]})
            for lesson in learnt.values()
        )
    )
    behind = house.store.stories[call_id][before:]
    assert [entry.seq for entry in behind] == [before + 1, before + 2]
    assert [entry.fact.by for entry in behind if isinstance(entry.fact, ProfileUpdated)] == ["operator"] * 2
    saved = house.profiles.kept[made["id"]]
    assert (saved.competitors, saved.needs, saved.version) == (("Orvane",), ("We need a faster scanner.",), 3)
    ended = await ask(house, "POST", f"/calls/{call_id}/end")
    assert (ended["status"], ended["reason"]) == ("ended", "hung_up")
    assert (await ask(house, "GET", f"/calls/{call_id}/state"))["status"] == "ended"


async def test_what_others_save_meanwhile_is_kept(house: House):
    made = await put(house, **ADA, notes="before")
    call_id = (await house.start(profile_id=made["id"]))["session_id"]
    await talk(house, call_id)
    house.profiles.lost_races = 1
    learnt = await lessons_of(house, call_id)
    await ask(house, "POST", f"/calls/{call_id}/profile", json={"lessons": [learnt["competitors"]["id"]]})
    saved = house.profiles.kept[made["id"]]
    assert (saved.notes, saved.competitors, saved.version) == ("before!", ("Orvane",), 3)


async def test_only_what_this_call_taught_can_be_approved(house: House):
    made = await put(house, **ADA)
    call_id = (await house.start(profile_id=made["id"]))["session_id"]
    await talk(house, call_id)
    told = await ask(house, "POST", f"/calls/{call_id}/profile", 422, json={"lessons": ["lesson_invented"]})
    assert {fault["field"] for fault in told["error"]["fields"]} == {"lessons"}
    assert house.profiles.kept[made["id"]].version == 1
    assert await updates(house, call_id) == []


async def test_a_customer_erased_meanwhile_is_not_made_again_and_the_story_keeps_what_it_knew(house: House):
    made = await put(house, **ADA)
    call_id = (await house.start(profile_id=made["id"]))["session_id"]
    await talk(house, call_id)
    learnt = await lessons_of(house, call_id)
    await ask(house, "DELETE", f"/profiles/{made['id']}", 204)
    await ask(house, "POST", f"/calls/{call_id}/profile", 404, json={"lessons": [learnt["needs"]["id"]]})
    assert house.profiles.kept == {}
    assert (await ask(house, "GET", f"/calls/{call_id}/profile"))["profile"] is None
    conversation = house.switchboard.find(call_id).call.conversation
    assert conversation.profile is not None
    assert conversation.profile.name == "Ada Byron"


async def test_nothing_of_a_profile_is_in_the_log(house: House, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    made = await put(house, **ADA, notes="tell nobody")
    call_id = (await house.start(profile_id=made["id"]))["session_id"]
    await talk(house, call_id)
    learnt = await lessons_of(house, call_id)
    await ask(house, "POST", f"/calls/{call_id}/profile", json={"lessons": [one["id"] for one in learnt.values()]})
    assert "profile approved" in caplog.text
    told = " ".join(str(vars(record)) for record in caplog.records)
    assert not any(word in told for word in ("Ada", "Byron", "Acme", "Orvane", "scanner", "tell nobody", NUMBER))
