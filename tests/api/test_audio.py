import pytest
from aiohttp import FormData

from kitt_rtc.api.keys import ApiOptions
from kitt_rtc.media.wav import write_wav
from kitt_rtc.model.errors import EngineTimeout
from tests.fakes.doors import House, Plan, open_house
from tests.sounds.made import silence, tone


def _form(**sides: bytes) -> FormData:
    form = FormData()
    for name, sound in sides.items():
        form.add_field(name, sound, filename=f"{name}.wav", content_type="audio/wav")
    return form


@pytest.fixture
async def house():
    async with open_house(Plan(lines=["It is too expensive.", "I see."])) as opened:
        await opened.start(session_id="c", language="en")
        yield opened


async def test_E04_both_sides_are_written_down_and_advised_on(house: House):
    form = _form(client_audio=write_wav(tone(1.0)), commercial_audio=write_wav(tone(1.5, rate=8_000), rate=8_000))
    answer = await house.client.post("/audio/c", data=form)
    told = await answer.json()
    assert answer.status == 200
    assert told["success"] is True
    assert {told["transcriptions"][side]["text"] for side in ("client", "commercial")} == {
        "It is too expensive.",
        "I see.",
    }
    assert told["transcriptions"]["client"]["segments"][0]["speaker_role"] == "customer"
    assert told["phase"] == "discovery"
    assert told["insight"]["type"] == "coaching"
    assert told["reason"] == ""


@pytest.mark.parametrize(
    ("playbook", "field", "role"),
    [("support", "client_audio", "technician"), ("coaching", "commercial_audio", "rep")],
)
async def test_E04_either_side_may_be_absent_and_the_playbook_says_who_it_is(
    house: House, playbook: str, field: str, role: str
):
    await house.start(session_id="d", playbook=playbook)
    answer = await house.client.post("/audio/d", data=_form(**{field: write_wav(tone(1.0))}))
    told = await answer.json()
    side = field.removesuffix("_audio")
    assert answer.status == 200
    assert told["transcriptions"][side]["segments"][0]["speaker_role"] == role
    assert [name for name, heard in told["transcriptions"].items() if heard] == [side]


async def test_E04_silence_says_why_there_is_no_insight_in_the_language_of_the_call(house: House):
    await house.start(session_id="fr", language="fr")
    answer = await house.client.post("/audio/fr", data=_form(client_audio=write_wav(silence(2.0))))
    told = await answer.json()
    assert answer.status == 200
    assert told["transcriptions"]["client"]["reason"] == "silent"
    assert (told["insight"], told["reason_code"]) == (None, "nothing_heard")
    assert told["reason"].startswith("Rien")
    assert house.transcriber.heard == []


async def test_E04_an_engine_that_fails_is_told_and_the_call_goes_on():
    async with open_house(Plan(lines=[EngineTimeout("scripted", "it took too long")])) as house:
        await house.start(session_id="c")
        answer = await house.client.post("/audio/c", data=_form(client_audio=write_wav(tone(1.0))))
        told = await answer.json()
        assert answer.status == 200
        assert (told["reason_code"], told["reason"]) == ("trouble", "it took too long")
        assert told["transcriptions"]["client"]["reason"] == "failed"
        assert house.switchboard.find("c")


async def test_E04_nothing_at_all_is_a_422_that_names_both(house: House):
    for data in (None, _form()):
        answer = await house.client.post("/audio/c", data=data)
        assert answer.status == 422
        fields = (await answer.json())["error"]["fields"]
        assert [fault["field"] for fault in fields] == ["client_audio", "commercial_audio"]


LIES = write_wav(tone(1.0))


@pytest.mark.parametrize(
    ("wav", "word"),
    [
        (b"this is not a WAV file", "RIFF"),
        (b"", "RIFF"),
        (write_wav(b""), "samples"),
        (LIES[:40], "sound"),
        (LIES[:22] + b"\xff\xff" + LIES[24:], "channels"),
        (LIES[:24] + b"\xff\xff\xff\xff" + LIES[28:], "samples a second"),
    ],
)
async def test_a_wav_that_cannot_be_read_is_a_415_that_says_why(house: House, wav: bytes, word: str):
    answer = await house.client.post("/audio/c", data=_form(commercial_audio=write_wav(tone(1.0)), client_audio=wav))
    message = (await answer.json())["error"]["message"]
    assert answer.status == 415
    assert message.startswith("client_audio:")
    assert word in message
    assert len(house.switchboard.find("c").call.journal.entries()) == 1


async def test_a_header_that_claims_more_than_there_is_is_read_for_what_there_is(house: House):
    lying = LIES[:40] + b"\xff\xff\xff\x7f" + LIES[44:]
    answer = await house.client.post("/audio/c", data=_form(client_audio=lying))
    assert answer.status == 200
    assert (await answer.json())["transcriptions"]["client"]["text"]


async def test_a_sound_longer_than_allowed_is_refused_before_it_is_decoded():
    async with open_house(Plan(options=ApiOptions(upload_seconds=1.0))) as house:
        await house.start(session_id="c")
        answer = await house.client.post("/audio/c", data=_form(client_audio=write_wav(tone(2.0))))
        assert answer.status == 415
        assert "longer" in (await answer.json())["error"]["message"]


async def test_an_upload_larger_than_allowed_is_a_413():
    async with open_house(Plan(options=ApiOptions(upload_bytes=20_000))) as house:
        await house.start(session_id="c")
        for sound in (tone(1.0), tone(0.4) * 2):
            answer = await house.client.post("/audio/c", data=_form(client_audio=write_wav(sound)))
            assert answer.status == 413
            assert (await answer.json())["error"]["code"] == "too_large"


@pytest.mark.parametrize("name", ["other_audio", "session_id"])
async def test_a_part_that_does_not_belong_is_named(house: House, name: str):
    answer = await house.client.post("/audio/c", data=_form(**{name: write_wav(tone(1.0))}))
    assert answer.status == 422
    assert (await answer.json())["error"]["fields"][0]["field"] == name


async def test_a_side_that_stands_twice_is_refused(house: House):
    form = _form(client_audio=write_wav(tone(1.0)))
    form.add_field("client_audio", write_wav(tone(1.0)), filename="again.wav")
    assert (await house.client.post("/audio/c", data=form)).status == 422


async def test_an_upload_that_is_no_multipart_form_is_a_415(house: House):
    answer = await house.client.post("/audio/c", json={"client_audio": "x"})
    assert (answer.status, (await answer.json())["error"]["code"]) == (415, "unsupported_media_type")


async def test_an_upload_into_a_call_that_has_ended_is_a_409(house: House):
    await house.client.post("/calls/c/end")
    answer = await house.client.post("/audio/c", data=_form(client_audio=write_wav(tone(1.0))))
    assert (answer.status, (await answer.json())["error"]["code"]) == (409, "call_over")
