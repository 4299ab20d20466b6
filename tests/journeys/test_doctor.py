"""`kitt-rtc doctor`: what works, what is limited, and each of the four classic troubles by its name (contract X06)."""

import os
import sys
from pathlib import Path

import pytest

from kitt_rtc.doctor import examine
from kitt_rtc.settings import Settings
from tests.fakes import whisper_library
from tests.support.french import WEIGHTS, heard_here
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


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        ({"vocabulary.txt": None}, "WRONG  WHISPER_FOLDER holds no vocabulary.json"),
        ({"model.bin": None, "model.safetensors": ""}, "no model.bin but those of Transformers weights; convert with"),
        ({"model.bin": "not a model"}, "WRONG  faster-whisper cannot read the weights in WHISPER_FOLDER"),
    ],
)
async def test_R02_the_doctor_says_what_is_wrong_with_the_weights_of_french(
    spoilt: dict[str, str | None], told: str, tmp_path: Path
) -> None:
    folder = weights(tmp_path / "weights", spoilt)
    found = await run(tmp_path, "doctor", port=free_port(), whisper_folder=str(folder))
    assert found.code == 1
    assert told in found.out
    assert "Traceback" not in found.told


@heard_here
async def test_R02_the_doctor_is_content_with_weights_that_hear_french(tmp_path: Path) -> None:
    found = await run(tmp_path, "doctor", port=free_port(), whisper_folder=WEIGHTS)
    assert found.code == 0, found.told
    assert "ok  French and English are heard" in found.out
    assert "transcriber: Whisper, local weights, then Moonshine (embedded)" in found.out


async def test_R02_the_doctor_says_of_english_weights_that_french_needs_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", whisper_library)
    folder = weights(tmp_path / "weights", {"model.bin": "en 1.0"})
    await examine(Settings.load(_env_file=None, port=free_port(), whisper_folder=str(folder), engine_voice="none"))
    told = capsys.readouterr().out
    assert "limited  transcriber: Whisper, local weights" in told
    assert "calls in fr are not written down  [leads to: no transcript]" in told
    assert told.count("give multilingual ones (base, not base.en)") == 2


def weights(folder: Path, files: dict[str, str | None]) -> Path:
    """A folder that looks like weights, but for these files; None: not there."""
    whole = {"model.bin": "", "config.json": "{}", "tokenizer.json": '{"model": {}}', "vocabulary.txt": ""}
    folder.mkdir()
    for name, content in (whole | files).items():
        if content is not None:
            (folder / name).write_text(content)
    return folder


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
