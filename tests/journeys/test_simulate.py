"""`kitt-rtc simulate`: telephone calls into a running server, with no account (contract X07)."""

import asyncio
import wave
from pathlib import Path

import pytest

from kitt_rtc import samples
from kitt_rtc.media.files import read_sound
from kitt_rtc.media.wav import write_wav
from kitt_rtc.model.audio import RATE, SAMPLE_BYTES
from tests.support.server import free_port, run, serving

pytestmark = pytest.mark.engines


async def test_X07_simulated_callers_are_carried_and_heard(tmp_path: Path) -> None:
    sentence = read_sound(samples.CALLS / "support" / "technician.ogg")[: round(4.2 * RATE) * SAMPLE_BYTES]
    (tmp_path / "said.wav").write_bytes(write_wav(sentence))
    async with serving(tmp_path, language="en") as server:
        told, refused = await asyncio.gather(
            run(tmp_path, "simulate", "said.wav", "--url", server.address, "--calls", "2", "--heard", "heard.wav"),
            run(tmp_path, "simulate", "said.wav", "--url", server.address, twilio_auth_token="another"),
        )
        assert told.code == 0, told.told
        assert "2 of 2 carried" in told.out
        listed = (await server.desk.get("/calls"))["calls"]
        assert [row["playbook"] for row in listed] == ["support", "support"]
        for row in listed:
            async with server.desk.following(row["session_id"]) as story:
                await story.end()  # the caller may be gone before their last words are written down
            (message,) = (await server.desk.get(f"/calls/{row['session_id']}/transcript"))["messages"]
            assert "camera" in message["text"].lower()
            assert message["speaker_role"] == "technician"

        assert refused.code == 1
        assert "0 of 1 carried" in refused.out
        assert "is it running there, with the same secret?" in refused.err
    with wave.open(str(tmp_path / "heard.wav")) as heard:
        assert heard.getframerate() == 8_000
        assert heard.getnframes() > 3 * 8_000


async def test_X07_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    told = await run(tmp_path, "simulate", "--url", f"http://127.0.0.1:{free_port()}")
    assert told.code == 1
    assert "the server did not answer at this address" in told.err


async def test_X07_a_sound_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a sound")
    told = await run(tmp_path, "simulate", "notes.txt", "--url", f"http://127.0.0.1:{free_port()}")
    assert told.code == 2
    assert "notes.txt" in told.err
    assert "Traceback" not in told.err
