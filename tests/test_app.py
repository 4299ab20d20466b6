"""The house as it is put together: what the settings promise reaches the place where it counts."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from kitt_rtc.api.keys import PHONE_OPTIONS
from kitt_rtc.api.signature import HEADER, signature
from kitt_rtc.app import House
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.model.audio import FULL_SCALE, AudioFrame
from kitt_rtc.model.errors import EngineUnavailable, SettingsError
from kitt_rtc.model.facts import ContextRead, InsightGiven, PhoneStatusChanged
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.ports import Readiness, Standing
from kitt_rtc.toolbox import webhook_secret
from tests.fakes.desk_page import desk_page
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.steps import ScriptedTranscriber
from tests.fakes.whole_house import WholeHouse, open_whole_house, settings, spoken
from tests.sounds.made import square
from tests.support.clock import JumpingLoop

OWN_CARD = """
- id: nobody_answers
  topic: pain.support
  when: customer
  phase: discovery
  priority: 50
  meaning: [They never pick up the phone when we ring them., We ring and ring and nobody at theirs answers.]
  title: Nobody answers
  say: Tell me about the last time you rang.
  avoid: Running them down
"""


class AlwaysSpeech:
    """A detector that takes everything it is shown for speech: what is silent is so for the gate in front of it."""

    def hears(self, frame: AudioFrame) -> bool:
        return True

    def close(self) -> None:
        pass


def hosted(folder: Path, server: OpenAIServer, **given: object):
    """A house whose ear and mind are at this server."""
    return settings(
        folder, openai_base_url=server.base_url, engine_transcriber="openai", engine_embedder="lexicon", **given
    )


async def test_T09_the_model_that_writes_insights_is_a_setting_and_stands_in_the_request(tmp_path: Path):
    async with OpenAIServer() as server:
        server.transcripts = ["It is far too expensive for us."]
        chosen = hosted(
            tmp_path, server, coach_model="ft:coach:7", analysis_model="analyst-3", transcribe_model="ear-1"
        )
        async with open_whole_house(chosen) as house:
            call_id = await house.start()
            await house.upload(call_id, client_audio=spoken())
            await house.client.post(f"/resume/{call_id}")
            engine = await house.engine("model")
        thinking = [asked.body["model"] for asked in server.asked("/chat/completions")]
        assert thinking[0] == "ft:coach:7"
        assert set(thinking) == {"ft:coach:7", "analyst-3"}
        assert {asked.body["model"] for asked in server.asked("/audio/transcriptions")} == {"ear-1"}
        assert "ft:coach:7" in engine["engine"]


@pytest.mark.parametrize("whose", ["house", "model"])
async def test_N9_COACH_WORDING_says_whose_words_a_models_tip_is_shown_in(tmp_path: Path, whose: str):
    words = "Show them how the time lost compares with the price."
    tip = {"quote": "too expensive", "speak": True, "topic": "objection.price", "title": "", "say": words, "avoid": ""}
    async with OpenAIServer() as server:
        server.transcripts = ["It is far too expensive for us."]
        server.answer("TipForm", tip | {"reason": "", "urgency": "normal"})
        async with open_whole_house(hosted(tmp_path, server, coach_wording=whose)) as house:
            call_id = await house.start()
            await house.upload(call_id, client_audio=spoken())
            told = await (await house.client.get(f"/calls/{call_id}/insights")).json()
    shown = [one["content"] for one in told["insights"]]
    assert (words in shown) is (whose == "model"), told
    assert shown


async def test_what_is_said_in_no_word_of_the_sheets_calls_for_a_card_by_meaning_unless_words_alone_are_to_decide(
    tmp_path: Path,
):
    said = "The ones we have now never pick up when we ring them."
    (tmp_path / "cards" / "en").mkdir(parents=True)
    (tmp_path / "cards" / "en" / "cards.yaml").write_text(OWN_CARD, "utf-8")
    chosen = {"playbook_folder": str(tmp_path / "cards"), "min_insight_interval": 0}
    by_meaning = settings(tmp_path / "meaning", engine_embedder="auto", **chosen)
    async with open_whole_house(by_meaning, transcriber=ScriptedTranscriber([said] * 1_000)) as house:
        async with asyncio.timeout(120):
            while (titles := await _titles(house)) == []:  # the house still learns its sheets
                pass
    assert titles == ["Nobody answers"]
    by_words = settings(tmp_path / "words", **chosen)
    async with open_whole_house(by_words, transcriber=ScriptedTranscriber([said])) as house:
        assert await _titles(house) == []


async def _titles(house: WholeHouse) -> list[str]:
    """Of the cards that come when a client has said something, in a call of its own."""
    call_id = await house.start()
    await house.upload(call_id, client_audio=spoken())
    told = await (await house.client.get(f"/calls/{call_id}/insights")).json()
    await house.client.post(f"/calls/{call_id}/end")
    return [one["title"] for one in told["insights"]]


@pytest.mark.parametrize(
    ("given", "rms", "heard"),
    [
        ({}, 619 / FULL_SCALE, False),
        ({}, 620 / FULL_SCALE, True),
        ({"silence_threshold": 327.68}, 0.0099, False),
        ({"silence_threshold": 327.68}, 0.0101, True),
        ({"silence_threshold": 5_000.0}, 620 / FULL_SCALE, False),
        ({"silence_threshold": 0.0}, 1 / FULL_SCALE, True),
    ],
)
async def test_T16_V02_uploads_quieter_than_SILENCE_THRESHOLD_are_silence(
    tmp_path: Path, given: dict[str, float], rms: float, heard: bool
):
    ear = ScriptedTranscriber(["Hello there."])
    heard_alone = {"detectors": AlwaysSpeech, "transcriber": ear, "guard": None}
    async with open_whole_house(settings(tmp_path, **given), **heard_alone) as house:
        told = await house.upload(await house.start(), client_audio=square(1.0, rms))
    client = told["transcriptions"]["client"]
    assert (client["text"], client["reason"]) == (("Hello there.", "") if heard else ("", "silent"))
    assert bool(ear.heard) is heard


async def test_T16_the_neural_detector_decides_behind_the_gate(tmp_path: Path):
    """As loud as speech and no speech: nothing is written down."""
    ear = ScriptedTranscriber(["You"])
    async with open_whole_house(settings(tmp_path), transcriber=ear) as house:
        call_id = await house.start()
        hum = await house.upload(call_id, client_audio=square(3.0, 0.1))
        speech = await house.upload(call_id, client_audio=spoken())
    assert hum["transcriptions"]["client"]["reason"] == "silent"
    assert speech["transcriptions"]["client"]["text"]


@pytest.mark.parametrize(("interval", "turns"), [(0.0, 2), (3_600.0, 1)])
async def test_V03_MIN_INSIGHT_INTERVAL_is_what_the_calls_keep_to(tmp_path: Path, interval: float, turns: int):
    async with open_whole_house(settings(tmp_path, min_insight_interval=interval)) as house:
        call_id = await house.start()
        house.say(call_id, "It is too expensive.")
        await house.until(call_id, InsightGiven)
        house.say(call_id, "We work with your competitor already.")
        if turns == 2:
            await house.until(call_id, ContextRead, 2)
        await house.client.post(f"/calls/{call_id}/end")
        story = await house.house.switchboard.story(call_id)
    assert sum(isinstance(entry.fact, ContextRead) for entry in story) == turns


def test_E08_a_knowledge_base_that_comes_back_is_known_to_be_back_within_five_seconds(tmp_path: Path):
    class ComesAndGoes:
        """Away while it is told to be."""

        away = True
        indexing = ""

        async def count(self) -> int:
            if self.away:
                raise EngineUnavailable("qdrant", "Qdrant's server (QDRANT_URL) does not answer; is it running?")
            return 41

    async def watch() -> list[Standing]:
        knowledge = ComesAndGoes()
        toolbox = SimpleNamespace(knowledge=knowledge, standings=[Standing("knowledge", "Qdrant", Readiness.READY)])
        nobody: Any = None
        house = House(settings(tmp_path), cast(Any, toolbox), nobody, nobody, nobody, nobody, nobody, nobody, Cards({}))
        minding = asyncio.create_task(house.mind_knowledge())
        seen = []
        for away in (True, False, True):
            knowledge.away = away
            await asyncio.sleep(5)
            seen += [standing for standing in house.standings() if standing.port == "knowledge"]
        minding.cancel()
        return seen

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        away, back, away_again = runner.run(watch())
    assert (away.readiness, back.readiness, away_again.readiness) == (
        Readiness.LIMITED,
        Readiness.READY,
        Readiness.LIMITED,
    )
    assert "QDRANT_URL" in away.limits
    assert back.engine == "Qdrant, 41 passages"


@pytest.mark.parametrize(
    ("number", "url", "advised"), [(19_999, "", False), (20_000, "", True), (20_000, "http://127.0.0.1:6333", False)]
)
async def test_a_large_base_in_a_folder_is_told_that_a_server_is_better(
    tmp_path: Path, number: int, url: str, advised: bool
):
    class Holds:
        indexing = ""

        async def count(self) -> int:
            return number

    toolbox = SimpleNamespace(knowledge=Holds(), standings=[Standing("knowledge", "Qdrant", Readiness.READY)])
    nobody: Any = None
    chosen = settings(tmp_path, qdrant_url=url)
    house = House(chosen, cast(Any, toolbox), nobody, nobody, nobody, nobody, nobody, nobody, Cards({}))
    minding = asyncio.create_task(house.mind_knowledge())
    await house.filled.wait()
    minding.cancel()
    (standing,) = [standing for standing in house.standings() if standing.port == "knowledge"]
    assert (standing.readiness, "QDRANT_URL" in standing.limits) == (Readiness.READY, advised)


async def test_X07_without_an_account_the_telephone_is_simulated_and_rings(tmp_path: Path):
    async with open_whole_house(settings(tmp_path)) as house:
        order = {"phone_number": "+33199001234", "technician_id": "TECH001", "technician_name": "Alex"}
        answer = await house.client.post("/twilio/initiate-call", json=order)
        told = await answer.json()
        engine = await house.engine("telephone")
        status = await (await house.client.get(f"/twilio/call-status/{told['call_sid']}")).json()
    assert answer.status == 200
    assert engine["readiness"] == "simulated"
    assert status["simulated"] is True


async def test_a_customer_who_calls_in_rings_a_desk_and_hears_that_the_call_is_listened_to(tmp_path: Path):
    chosen = settings(tmp_path, incoming_playbook="coaching", consent_notice=True, ring_seconds=7)
    async with (
        open_whole_house(chosen) as house,
        desk_page(house.client, "ana", role="rep") as ana,
        PhoneBooth(BoothOptions(auth_token=webhook_secret(chosen))) as booth,
    ):
        call = booth.call_in(house.address + "/twilio/voice", number="+33612345689")
        ring = await ana.told("ring")
        assert (ring["playbook"], ring["language"], ring["from"], ring["seconds"]) == ("coaching", "en", "+33 …89", 7)
        call.hang_up()
        await house.client.post(f"/calls/{ring['call']}/end")
        assert (await ana.told("stop"))["reason"] == "gone"


@pytest.mark.parametrize(("taped", "told"), [(True, True), (False, False)])
async def test_N8_who_is_on_the_telephone_is_told_that_the_call_is_kept(tmp_path: Path, taped: bool, told: bool):
    chosen = settings(tmp_path, kitt_tape=taped, incoming_playbook="coaching", public_url="https://desk.example.com")
    form = {"CallSid": "CA" + "1" * 32, "From": "+33612345689", "To": "+33199000000"}
    given = signature(webhook_secret(chosen), "https://desk.example.com/twilio/voice", list(form.items()))
    async with open_whole_house(chosen) as house:
        answer = await house.client.post("/twilio/voice", data=form, headers={HEADER: given})
        said = await answer.text()
        health = await (await house.client.get("/health")).json()
    assert answer.status == 200
    assert ("This call is listened to" in said) is told
    assert ("tape" in {engine["port"] for engine in health["engines"]}) is taped


async def test_the_network_is_asked_who_picked_up(tmp_path: Path):
    async with open_whole_house(settings(tmp_path)) as house:
        body = {"phone_number": "+33199000005", "session_id": "c"}
        assert (await house.client.post("/twilio/initiate-call", json=body)).status == 200
        story = await house.until("c", PhoneStatusChanged, 4)
        assert story[-1].fact.answered_by == "machine"


async def test_the_network_is_not_asked_where_nobody_wants_to_know(tmp_path: Path):
    async with open_whole_house(settings(tmp_path, machine_detection=False)) as house:
        assert not house.house.application[PHONE_OPTIONS].machine_detection


async def test_the_houses_own_names_are_corrected_in_its_transcripts(tmp_path: Path):
    names = tmp_path / "names.yaml"
    names.write_text("Hikvision: [hick vision]\n", "utf-8")
    async with OpenAIServer() as server:
        server.transcripts = ["The hick vision on port eight is down."]
        async with open_whole_house(hosted(tmp_path, server, corrections=str(names))) as house:
            call_id = await house.start()
            await house.upload(call_id, client_audio=spoken())
            async with house.client.get(f"/calls/{call_id}/transcript") as answer:
                [line] = (await answer.json())["messages"]
        assert line["text"] == "The Hikvision on port 8 is down."
        assert line["heard"] == "The hick vision on port eight is down."
        assert [one["rule"] for one in line["corrections"]] == ["glossary", "number"]


async def test_a_file_of_names_that_cannot_be_used_keeps_the_house_shut(tmp_path: Path):
    with pytest.raises(SettingsError, match="CORRECTIONS"):
        async with open_whole_house(settings(tmp_path, corrections=str(tmp_path / "none.yaml"))):
            raise AssertionError("it opened")
