import csv
import io

import pytest
from aiohttp import FormData

from kitt_rtc.calls.switchboard import SwitchboardOptions
from kitt_rtc.media.wav import write_wav
from kitt_rtc.model.facts import (
    ContextRead,
    InsightGiven,
    InsightWithheld,
    LanguageSwitched,
    LegJoined,
    LegLeft,
    PhoneStatusChanged,
    UtteranceHeard,
)
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.speech import Correction, Role, Speaker, Utterance
from kitt_rtc.model.tone import Tone
from tests.fakes.doors import House, Plan, open_house
from tests.fakes.leg import HandLeg
from tests.sounds.made import tone

ROUTES = [
    ("POST", "/calls/{}/end"),
    ("GET", "/calls/{}/state"),
    ("GET", "/calls/{}/insights"),
    ("GET", "/calls/{}"),
    ("GET", "/calls/{}/transcript"),
    ("GET", "/calls/{}/recording"),
    ("POST", "/audio/{}"),
    ("POST", "/resume/{}"),
    ("POST", "/summary/{}"),
    ("GET", "/demo/get-session-suggestions?session_id={}"),
]


@pytest.fixture
async def house():
    async with open_house() as opened:
        yield opened


def _said(text: str, *, start: float = 0.0, role: Role = Role.CUSTOMER, name: str = "") -> UtteranceHeard:
    speaker = Speaker(f"{role.value}_1", role, name)
    return UtteranceHeard(Utterance(f"utt_{start}", speaker, text, "en", start, start + 1.5), took=0.1)


def _card(number: int, kind: InsightType = InsightType.KNOWLEDGE_BASE) -> Insight:
    return Insight(f"ins_{number}", kind, f"content {number}", reason="because")


async def test_E01_an_empty_body_starts_a_call_that_every_other_route_accepts(house: House):
    answer = await house.client.post("/calls/start")
    started = await answer.json()
    assert answer.status == 200
    assert started["status"] == "started"
    assert started["warnings"] == []
    assert started["token"]
    for method, path in ROUTES:
        if path.startswith(("/audio", "/calls/{}/end")):
            continue
        answer = await house.client.request(method, path.format(started["session_id"]))
        assert answer.status == 200 or (await answer.json())["error"]["code"] == "recording_not_found", path


async def test_E01_all_fields_are_taken(house: House):
    started = await house.start(session_id="desk-1", playbook="support", language="fr", profile_id="p_1")
    state = await (await house.client.get("/calls/desk-1/state")).json()
    assert started["session_id"] == "desk-1"
    assert (state["playbook"], state["language"], state["status"]) == ("support", "fr", "active")


async def test_R02_languages_are_taken_and_the_first_is_begun_with(house: House):
    started = await house.start(session_id="desk-2", languages=["en", "fr"])
    assert (started["language"], started["languages"]) == ("en", ["en", "fr"])
    call = house.switchboard.find("desk-2").call
    call.record(LanguageSwitched("TECH001", "fr", "en", "repeated"))
    state = await (await house.client.get("/calls/desk-2/state")).json()
    assert (state["languages"], state["spoken_languages"]) == (["en", "fr"], {"TECH001": "fr"})


@pytest.mark.parametrize("languages", [["de"], "fr", ["fr", "en", "fr"], [None]])
async def test_R02_languages_that_are_none_of_ours_are_refused_by_name(house: House, languages: object):
    answer = await house.client.post("/calls/start", json={"languages": languages})
    assert answer.status == 422
    assert (await answer.json())["error"]["fields"][0]["field"].startswith("languages")


async def test_E01_what_will_not_work_is_said_before_the_call():
    async with open_house(Plan(languages=frozenset({"en"}))) as house:
        deaf, hearing = await house.start(language="fr"), await house.start(language="en")
    assert deaf["warnings"] == ["no_engine"]
    assert "OPENAI_API_KEY" in deaf["troubles"][0]["detail"]
    assert (hearing["warnings"], hearing["troubles"]) == ([], [])


async def test_X04_a_third_playbook_is_started_by_its_name_and_takes_uploads():
    async with open_house(Plan(playbooks=("coaching", "support", "survey"))) as house:
        started = await house.start(playbook="survey")
        form = FormData()
        form.add_field("client_audio", write_wav(tone(1.0)), filename="a.wav")
        told = await (await house.client.post(f"/audio/{started['session_id']}", data=form)).json()
    assert started["playbook"] == "survey"
    assert told["transcriptions"]["client"]["segments"][0]["speaker_role"] == "customer"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"session_id": "../etc"}, "session_id"),
        ({"session_id": "x" * 65}, "session_id"),
        ({"session_id": ".."}, "session_id"),
        ({"session_id": 7}, "session_id"),
        ({"playbook": "juggling"}, "playbook"),
        ({"language": "klingon"}, "language"),
        ({"status": "ended"}, "status"),
        ([], "body"),
    ],
)
async def test_E01_a_wrong_field_is_named_and_nothing_is_started(house: House, body: object, field: str):
    answer = await house.client.post("/calls/start", json=body)
    refusal = await answer.json()
    assert answer.status == 422
    assert refusal["success"] is False
    assert field in [fault["field"] for fault in refusal["error"]["fields"]]
    assert house.switchboard.live() == ()


async def test_E01_an_id_that_was_used_is_refused(house: House):
    await house.start(session_id="once")
    again = await house.client.post("/calls/start", json={"session_id": "once"})
    assert again.status == 409
    assert (await again.json())["error"]["code"] == "call_over"


async def test_E01_more_calls_than_the_house_holds_are_told_to_come_back():
    async with open_house(Plan(switchboard=SwitchboardOptions(max_calls=1))) as house:
        await house.start()
        answer = await house.client.post("/calls/start")
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert (await answer.json())["error"]["code"] == "too_many_calls"


async def test_E02_a_call_ends_once_and_a_second_time_tells_the_same(house: House):
    call = house.switchboard.find((await house.start(session_id="c"))["session_id"]).call
    call.record(_said("it is too expensive"))
    first = await house.client.post("/calls/c/end")
    second = await house.client.post("/calls/c/end")
    told = await first.json()
    assert (first.status, second.status) == (200, 200)
    assert told == await second.json()
    assert told["success"] is True
    assert (told["session_id"], told["status"]) == ("c", "ended")
    assert told["duration"] >= 0
    speaker = told["session_stats"]["speakers"]["customer_1"]
    assert told["session_stats"]["total_segments"] == 1
    assert (speaker["segment_count"], speaker["speaker_role"], speaker["role"]) == (1, "customer", "customer")


async def test_E03_the_state_tells_what_is_known_and_how_each_leg_is(house: House):
    await house.start(session_id="c")
    conductor = house.switchboard.find("c")
    leg = HandLeg(conductor.call.clock, name="Anne")
    conductor.invite(leg)
    leg.say(bytes(640))
    for number in range(30):
        conductor.call.record(_said(f"sentence {number}", start=float(number), name="Anne"))
    state = await (await house.client.get("/calls/c/state")).json()
    assert [said["text"] for said in state["messages"]] == [f"sentence {number}" for number in range(6, 30)]
    assert state["messages"][0]["speaker_name"] == "Anne"
    assert state["counters"]["utterances"] == 30
    assert {"phase", "pain_points", "objections", "entities", "issue", "needs_clarification"} <= state.keys()
    (seen,) = state["legs"]
    assert (seen["leg_id"], seen["health"], seen["speaker_role"]) == ("leg_1", "hearing", "customer")


async def test_E03_the_state_tells_promises_names_sums_dates_competitors_and_the_tone_with_its_words(house: House):
    await house.start(session_id="c")
    call = house.switchboard.find("c").call
    nothing = await (await house.client.get("/calls/c/state")).json()
    fields = ("answered", "commitments", "names", "amounts", "dates", "competitors")
    assert [nothing[field] for field in fields] == [[]] * 6
    assert (nothing["tone"]["mood"], nothing["tone"]["urgency"], nothing["tone"]["quote"]) == ("calm", "none", "")
    call.record(_said("I'm fed up with Orbex."))
    (utterance,) = call.conversation.pending
    call.record(
        ContextRead(
            (utterance.id,),
            "objection",
            objections=("Price: “dear”", "Time: “later”"),
            answered=("Price: “dear”",),
            commitments=("rep: “I'll call you.”",),
            names=("Ada", "Orbex"),
            amounts=("900 euros",),
            dates=("by Friday",),
            competitors=("Orbex",),
            tone=Tone("angry", "now", "I'm fed up with Orbex.", utterance.id),
        )
    )
    state = await (await house.client.get("/calls/c/state")).json()
    assert [state[field] for field in fields] == [
        ["Price: “dear”"],
        ["rep: “I'll call you.”"],
        ["Ada", "Orbex"],
        ["900 euros"],
        ["by Friday"],
        ["Orbex"],
    ]
    assert state["tone"] == {
        "mood": "angry",
        "urgency": "now",
        "quote": "I'm fed up with Orbex.",
        "utterance_id": utterance.id,
    }


async def test_E03_the_state_of_a_call_that_is_over_is_still_told(house: House):
    await house.start(session_id="c")
    await house.client.post("/calls/c/end")
    state = await (await house.client.get("/calls/c/state")).json()
    assert (state["status"], state["legs"]) == ("ended", [])


async def test_E05_given_and_withheld_insights_with_their_reasons_and_statistics(house: House):
    await house.start(session_id="c")
    call = house.switchboard.find("c").call
    call.record(InsightGiven(_card(1), Verdict(False, "nothing like it was said"), 0.1))
    call.record(InsightWithheld(_card(2), Verdict(True, "says the same as ins_1", "ins_1"), 0.1))
    told = await (await house.client.get("/calls/c/insights")).json()
    assert [(card["id"], card["status"]) for card in told["insights"]] == [("ins_1", "given"), ("ins_2", "withheld")]
    assert told["insights"][1]["verdict"] == "says the same as ins_1"
    assert told["insights"][1]["duplicate_of"] == "ins_1"
    assert told["stats"] == {"total": 2, "given": 1, "withheld": 1, "by_type": {"knowledge_base": 1}}


async def test_E18_suggestions_are_the_newest_questions_and_answers_with_the_ids_of_the_push(house: House):
    await house.start(session_id="c")
    call = house.switchboard.find("c").call
    call.record(InsightGiven(_card(0, InsightType.COACHING), Verdict(False, ""), 0.1))
    for number, kind in enumerate((InsightType.CLARIFICATION_QUESTION, InsightType.KNOWLEDGE_BASE), start=1):
        call.record(InsightGiven(_card(number, kind), Verdict(False, ""), 0.1))
    path = "/demo/get-session-suggestions"
    told = await (await house.client.get(path, params={"session_id": "c"})).json()
    last = await (await house.client.get(path, params={"session_id": "c", "limit": "1"})).json()
    assert [(card["type"], card["content"], card["id"]) for card in told["suggestions"]] == [
        ("clarification_question", "content 1", "ins_1"),
        ("knowledge_base", "content 2", "ins_2"),
    ]
    assert [card["id"] for card in last["suggestions"]] == ["ins_2"]


async def test_E18_ten_are_told_when_nobody_says_how_many(house: House):
    await house.start(session_id="c")
    call = house.switchboard.find("c").call
    for number in range(12):
        call.record(InsightGiven(_card(number), Verdict(False, ""), 0.1))
    told = await (await house.client.get("/demo/get-session-suggestions?session_id=c")).json()
    assert list(told) == ["suggestions"]
    assert [card["content"] for card in told["suggestions"]] == [f"content {number}" for number in range(2, 12)]


@pytest.mark.parametrize("query", ["", "?session_id=c&limit=0", "?session_id=c&limit=x", "?session_id=c&session_id=c"])
async def test_E18_a_wrong_query_is_a_422_that_names_the_field(house: House, query: str):
    answer = await house.client.get(f"/demo/get-session-suggestions{query}")
    assert answer.status == 422
    assert (await answer.json())["error"]["fields"][0]["field"] in {"session_id", "limit"}


@pytest.mark.parametrize("call_id", ["nobody", "..%2F..%2Fetc", "%00", "%ff", "x" * 300, "a b"])
@pytest.mark.parametrize(("method", "path"), ROUTES[:-1])
async def test_an_unknown_session_is_the_same_404_everywhere(house: House, method: str, path: str, call_id: str):
    answer = await house.client.request(method, path.format(call_id))
    assert answer.status == 404
    assert await answer.json() == {
        "success": False,
        "error": {"code": "call_not_found", "message": "Session non trouvée"},
    }


async def test_an_unknown_session_in_a_query_is_the_same_404(house: House):
    answer = await house.client.get("/demo/get-session-suggestions?session_id=nobody")
    assert (answer.status, (await answer.json())["error"]["message"]) == (404, "Session non trouvée")


async def test_calls_are_listed_searched_and_paged(house: House):
    for number in range(3):
        await house.start(session_id=f"call_{number}")
    await house.client.post("/calls/call_0/end")
    page = await (await house.client.get("/calls", params={"limit": "2"})).json()
    found = await (await house.client.get("/calls", params={"search": "call_0"})).json()
    assert (page["total"], len(page["calls"])) == (3, 2)
    assert [(row["session_id"], row["status"]) for row in found["calls"]] == [("call_0", "ended")]


async def test_the_whole_story_is_told_in_envelopes(house: House):
    await house.start(session_id="c")
    house.switchboard.find("c").call.record(PhoneStatusChanged("CA1", "ringing"))
    told = await (await house.client.get("/calls/c")).json()
    assert [fact["type"] for fact in told["facts"]] == ["call_started", "phone_status_changed"]
    assert [fact["seq"] for fact in told["facts"]] == [1, 2]


async def test_a_transcript_is_told_in_the_order_spoken_in_each_format(house: House):
    await house.start(session_id="c")
    call = house.switchboard.find("c").call
    call.record(_said("second --> <b>", start=2.0))
    call.record(_said('=HYPERLINK("x")', start=0.5, role=Role.REP))
    as_json = await (await house.client.get("/calls/c/transcript")).json()
    as_csv = await house.client.get("/calls/c/transcript?format=csv")
    as_srt = await (await house.client.get("/calls/c/transcript?format=srt")).text()
    as_vtt = await (await house.client.get("/calls/c/transcript?format=vtt")).text()
    rows = list(csv.DictReader(io.StringIO(await as_csv.text())))
    assert [said["start"] for said in as_json["messages"]] == [0.5, 2.0]
    assert "attachment" in as_csv.headers["Content-Disposition"]
    assert rows[0]["text"] == '\'=HYPERLINK("x")'
    assert "00:00:02,000 --> 00:00:03,500\ncustomer: second → <b>" in as_srt
    assert as_vtt.startswith("WEBVTT")
    assert "<v customer>second → &lt;b&gt;" in as_vtt


async def test_a_transcript_tells_what_was_heard_before_it_was_corrected(house: House):
    await house.start(session_id="c")
    corrections = (Correction("number", "=seven thirty", "7:30"),)
    said = Utterance(
        "u", Speaker("rep", Role.REP), "at 7:30", "en", 0.0, 1.0, heard="=seven thirty at", corrections=corrections
    )
    house.switchboard.find("c").call.record(UtteranceHeard(said, 0.1))
    house.switchboard.find("c").call.record(_said("hello", start=2.0))
    [corrected, plain] = (await (await house.client.get("/calls/c/transcript")).json())["messages"]
    assert (corrected["text"], corrected["heard"]) == ("at 7:30", "=seven thirty at")
    assert corrected["corrections"] == [{"rule": "number", "heard": "=seven thirty", "written": "7:30"}]
    assert (plain["heard"], plain["corrections"]) == ("", [])
    as_csv = await (await house.client.get("/calls/c/transcript?format=csv")).text()
    assert [row["heard"] for row in csv.DictReader(io.StringIO(as_csv))] == ["'=seven thirty at", ""]
    for kind in ("srt", "vtt"):
        text = await (await house.client.get(f"/calls/c/transcript?format={kind}")).text()
        assert "at 7:30" in text
        assert "seven" not in text
    [fact] = [
        fact["data"]["utterance"]
        for fact in (await (await house.client.get("/calls/c")).json())["facts"]
        if fact["type"] == "utterance_heard" and fact["data"]["utterance"]["corrections"]
    ]
    assert (fact["heard"], fact["corrections"][0]["written"]) == ("=seven thirty at", "7:30")


async def test_a_transcript_tells_where_somebody_could_not_be_heard(house: House):
    await house.start(session_id="c")
    call = house.switchboard.find("c").call
    client = Speaker("client1", Role.CUSTOMER, "Zoé")
    call.record(LegJoined("a", "twilio", client))
    call.record(_said("before", start=0.0))
    call.record(LegLeft("a", "lost", 2.0))
    back = call.record(LegJoined("b", "twilio", client, away=3.25))
    told = await (await house.client.get("/calls/c/transcript")).json()
    [gap] = told["gaps"]
    assert (gap["seconds"], gap["cause"], gap["speaker_id"], gap["speaker_role"]) == (
        pytest.approx(3.25), "lost", "client1", "customer",
    )  # fmt: skip
    assert gap["end"] == back.at
    for kind in ("csv", "srt", "vtt"):
        text = await (await house.client.get(f"/calls/c/transcript?format={kind}")).text()
        assert "[3.2 s missing: lost]" in text
        assert "before" in text


async def test_a_recording_that_was_not_made_is_a_404_of_its_own(house: House):
    await house.start(session_id="c")
    answer = await house.client.get("/calls/c/recording")
    assert (answer.status, (await answer.json())["error"]["code"]) == (404, "recording_not_found")


@pytest.mark.parametrize(("path", "focus"), [("/resume", "client"), ("/summary", "commercial")])
async def test_E06_E07_a_summary_is_written_for_its_side_live_and_afterwards(house: House, path: str, focus: str):
    await house.start(session_id="c")
    house.switchboard.find("c").call.record(_said("It is too expensive for my budget."))
    live = await house.client.post(f"{path}/c")
    await house.client.post("/calls/c/end")
    later = await house.client.post(f"{path}/c")
    for answer in (live, later):
        told = await answer.json()
        assert answer.status == 200
        assert (told["success"], told["session_id"], told["focus"]) == (True, "c", focus)
        assert told["summary"]
