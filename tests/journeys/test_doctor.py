"""`kitt-rtc doctor`: what works, what is limited, and each of the four classic troubles by its name (contract X06)."""

import os
from pathlib import Path

import pytest

from tests.support.server import free_port, run, serving

pytestmark = pytest.mark.engines

SID = "AC" + "0" * 32


async def test_X06_with_nothing_set_nothing_is_wrong_and_the_limits_are_told(tmp_path: Path) -> None:
    told = await run(tmp_path, "doctor", port=free_port())
    assert told.code == 0, told.told
    assert "Nothing is wrong." in told.out
    assert "Hears English only" in told.out
    assert "calls in fr are not written down  [leads to: no transcript]" in told.out
    assert "Simulated" in told.out
    assert "a sentence of 3 s is written down in" in told.out
    assert "WRONG" not in told.out
    assert os.listdir(tmp_path) == []


async def test_X06_the_socket_cannot_connect_when_the_public_address_leads_nowhere(tmp_path: Path) -> None:
    account = {
        "twilio_account_sid": SID,
        "twilio_auth_token": "the-token-is-secret",
        "twilio_phone_number": "+33199000000",
    }
    nowhere = f"http://127.0.0.1:{free_port()}"
    told = await run(tmp_path, "doctor", port=free_port(), public_url=nowhere, **account)
    assert told.code == 1
    assert f"{nowhere} does not lead to a KITT RTC server  [leads to: the socket cannot connect]" in told.out
    assert "the-token-is-secret" not in told.told

    told = await run(tmp_path, "doctor", port=free_port(), **account)
    assert told.code == 1
    assert "Twilio has no address to reach this server  [leads to: the socket cannot connect]" in told.out
    assert "set TWILIO_WEBSOCKET_URL (or PUBLIC_URL)" in told.out


async def test_R05_the_doctor_says_what_is_wrong_with_the_weights_of_voices(tmp_path: Path) -> None:
    told = await run(tmp_path, "doctor", port=free_port(), engine_transcriber="none", pyannote_folder=str(tmp_path))
    assert told.code == 1
    assert "WRONG  PYANNOTE_FOLDER holds no pytorch_model.bin" in told.out


async def test_X06_no_transcript_without_a_transcriber(tmp_path: Path) -> None:
    told = await run(tmp_path, "doctor", port=free_port(), engine_transcriber="none")
    assert told.code == 1
    assert "WRONG  transcriber: none  [leads to: no transcript]" in told.out
    assert "French needs OPENAI_API_KEY, OPENAI_BASE_URL or WHISPER_FOLDER" in told.out


async def test_X06_no_transcript_when_the_hosted_transcriber_does_not_answer(tmp_path: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}/v1"
    told = await run(tmp_path, "doctor", port=free_port(), openai_base_url=nobody, openai_api_key="sk-very-secret")
    assert told.code == 1
    assert "the transcriber does not answer  [leads to: no transcript]" in told.out
    assert "sk-very-secret" not in told.told


async def test_X06_always_questions_when_the_running_server_has_no_knowledge(tmp_path: Path) -> None:
    port = free_port()
    away = {"qdrant_url": f"http://127.0.0.1:{free_port()}", "port": port}
    async with serving(tmp_path, engine_transcriber="none", **away):
        told = await run(tmp_path, "doctor", port=port)
    assert told.code == 1
    assert f"a server runs at http://127.0.0.1:{port}" in told.out
    assert "WRONG  its knowledge base  [leads to: always questions]" in told.out


async def test_X06_chopped_audio_where_there_is_one_core(tmp_path: Path) -> None:
    told = await run(tmp_path, "doctor", port=free_port(), cores={min(os.sched_getaffinity(0))})
    assert told.code == 0, told.told
    assert "limited  one processor core  [leads to: chopped audio]" in told.out
    assert "lower MAX_CALLS" in told.out


async def test_N8_the_doctor_says_that_calls_are_taped(tmp_path: Path) -> None:
    told = await run(tmp_path, "doctor", port=free_port(), kitt_tape=True, tape_days=7)
    assert told.code == 0, told.told
    assert "tape: every call is taped: its sound and words are kept for 7 days (KITT_TAPE)" in told.out
