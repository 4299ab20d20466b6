"""`kitt-rtc ingest`, and then a question that only the new article answers."""

from pathlib import Path

import pytest

from kitt_rtc.engines.booth_call import Pace
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.model.facts import InsightGiven, UtteranceHeard
from kitt_rtc.model.insight import InsightType
from tests.sounds.made import silence
from tests.sounds.spoken import spoken
from tests.support.server import run, serving

pytestmark = pytest.mark.engines

SECRET = "a-secret-of-the-network"
ARTICLE = """---
title: Irrigation pump stops after ten minutes
language: en
---

## Symptoms

The irrigation pump of the greenhouse starts, runs for ten minutes and stops. The pressure falls to zero.

## Steps

1. Clean the suction filter of the irrigation pump and fill the pump with water.
2. Open the pressure switch and set the lower limit to two bar.
"""
QUESTION = (
    "Hello. The irrigation pump in the greenhouse stops after ten minutes. "
    "The pressure falls to zero and the pump is hot."
)


def fill(folder: Path) -> None:
    folder.mkdir()
    (folder / "pump.md").write_text(ARTICLE)
    (folder / "notes.csv").write_text(
        "question,answer\nHow is the greenhouse heated?,By a gas heater behind door two.\n"
    )
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (folder / "empty.md").write_text("")
    (folder / "picture.png").write_bytes(b"\x89PNG")


async def test_a_folder_is_taken_in_and_answers_the_next_call(tmp_path: Path) -> None:
    fill(tmp_path / "articles")
    first = await run(tmp_path, "ingest", "articles")
    assert first.code == 0, first.told
    assert "[1/4]   skipped  articles/broken.pdf" in first.out
    assert "[4/4]     added  articles/pump.md" in first.out
    assert "2 added, 0 unchanged, 2 skipped" in first.out
    for name in ("broken.pdf", "empty.md"):
        assert f"skipped articles/{name}: " in first.err
    assert "Traceback" not in first.err

    again = await run(tmp_path, "ingest", "articles/pump.md", "articles/notes.csv")
    assert (again.code, "0 added, 2 unchanged, 0 skipped" in again.out) == (0, True)

    nothing = await run(tmp_path, "ingest", "articles/broken.pdf", "nowhere.md")
    assert nothing.code == 1, nothing.told
    for path in ("articles/broken.pdf", "nowhere.md"):
        assert f"skipped {path}: " in nothing.err

    flags = ("--product", "Irrigo", "--version", "1.10", "--valid-until", "2090-01-01", "--list")
    labelled = await run(tmp_path, "ingest", "articles/pump.md", *flags)
    assert labelled.code == 0, labelled.told
    assert (
        "articles/pump.md: Irrigation pump stops after ten minutes, version 1.10, valid until 2090-01-01"
        in labelled.out
    )
    for wrong in (("--valid-from", "tomorrow"), ("--valid-from", "2091-01-01", "--valid-until", "2090-01-01")):
        refused = await run(tmp_path, "ingest", "articles/pump.md", *wrong)
        assert (refused.code, "Traceback" in refused.err, "--valid-" in refused.err) == (2, False, True), refused.told

    caller = CallerScript(silence(0.5) + spoken(QUESTION, voice="rms"))
    async with (
        serving(tmp_path, language="en", twilio_auth_token=SECRET) as server,
        PhoneBooth(BoothOptions(auth_token=SECRET, pace=Pace(tick_seconds=0.005))) as booth,
    ):
        desk = server.desk
        await desk.filled()
        call_id = (await desk.post("/calls/start", {"playbook": "support"}))["session_id"]
        async with desk.following(call_id) as story:
            booth.call_in(f"{server.address}/twilio/voice?session_id={call_id}", caller)
            answer = await story.until(InsightGiven, lambda given: given.insight.type is InsightType.KNOWLEDGE_BASE)
            assert "pump" in " ".join(heard.utterance.text for heard in story.all(UtteranceHeard)).lower()
        proof = answer.insight.passages[0]
        assert (proof.title, proof.source) == ("Irrigation pump stops after ten minutes", "articles/pump.md")
        assert "Clean the suction filter" in answer.insight.content
        assert answer.insight.quote in proof.text

        # One process owns the local knowledge base.
        busy = await run(tmp_path, "ingest", "articles")
        assert busy.code == 2
        assert "Traceback" not in busy.err
        assert "QDRANT_URL" in busy.err
