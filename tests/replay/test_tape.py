"""A call that was taped, lived again: real sound through the telephone's door, a server for its ears and its mind."""

import asyncio
import shutil
from pathlib import Path

import pytest

from kitt_rtc.__main__ import main
from kitt_rtc.engines.tape_files import RECORDS
from kitt_rtc.model.facts import InsightGiven, ModelAsked, UtteranceHeard
from kitt_rtc.model.speech import Utterance
from kitt_rtc.replay.again import Again, live_again
from kitt_rtc.replay.cast import CastOptions
from kitt_rtc.replay.difference import Difference, retold
from kitt_rtc.replay.tape import read_tape
from tests.fakes.openai_server import OpenAIServer
from tests.replay.test_command import CARD
from tests.support.taped import SAID, TapedCall, taped_call

GOLDEN = """
- name: the telephone
  golden:
    - {topic: objection.price, after: AFTER, seconds: 5}
    - {topic: objection.trust, after: 1.0}
"""


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> TapedCall:
    return asyncio.run(taped_call(tmp_path_factory.mktemp("house")))


@pytest.fixture
def other_cards(tmp_path: Path) -> Path:
    for language in ("fr", "en"):
        (tmp_path / "cards" / language).mkdir(parents=True)
        (tmp_path / "cards" / language / "objections.yaml").write_text(CARD, "utf-8")
    return tmp_path / "cards"


@pytest.fixture
def copied(call: TapedCall, tmp_path: Path) -> Path:
    return Path(shutil.copytree(call.folder, tmp_path / "tapes" / "taped"))


def words(story) -> list[tuple[float, float, str]]:
    said: list[Utterance] = [entry.fact.utterance for entry in story if isinstance(entry.fact, UtteranceHeard)]
    return [(one.start, one.end, one.text) for one in said]


def cards(story) -> list[tuple[str, str, str]]:
    given = [entry.fact.insight for entry in story if isinstance(entry.fact, InsightGiven)]
    return [(one.topic, one.content, one.quote) for one in given]


def test_N8_a_taped_call_is_announced_and_told_of(call: TapedCall):
    assert call.warnings == ["taped"]
    assert call.health["readiness"] == "ready"
    assert "every call is taped" in call.health["engine"]


def test_N8_two_replays_of_a_tape_are_equal_and_equal_to_the_call(call: TapedCall):
    tape = read_tape(call.folder)
    first, second = live_again(tape), live_again(tape)
    assert retold(first.story) == retold(second.story)
    assert [text for _, _, text in words(first.story)] == SAID
    assert words(first.story) == words(call.story)
    assert cards(first.story) == cards(call.story)
    assert cards(call.story)[0][0] == "objection.price"
    assert (first.answers.missing, first.answers.otherwise) == ({}, 0)


def test_N8_the_story_on_the_tape_is_the_stores(call: TapedCall):
    assert read_tape(call.folder).story == call.story


def test_N8_a_replay_costs_what_the_call_cost(call: TapedCall):
    def spent(story) -> list[tuple[str, int, int, str]]:
        asked = [entry.fact for entry in story if isinstance(entry.fact, ModelAsked)]
        return [(one.work, one.tokens_in, one.tokens_out, one.outcome) for one in asked]

    assert spent(live_again(read_tape(call.folder)).story) == spent(call.story) != []


def test_N8_words_come_when_they_came(call: TapedCall):
    def times(story) -> list[float]:
        return [entry.at for entry in story if isinstance(entry.fact, UtteranceHeard)]

    again = times(live_again(read_tape(call.folder)).story)
    assert all(abs(then - now) < 0.5 for then, now in zip(times(call.story), again, strict=True))


def test_no_key_and_no_address_is_on_a_tape(call: TapedCall):
    text = (call.folder / RECORDS).read_text("utf-8")
    assert "sk-t" not in text
    assert "127.0.0.1" not in text
    assert "a-secret" not in text


def test_N8_the_command_prints_what_is_the_same(call: TapedCall, capsys: pytest.CaptureFixture[str]):
    assert main(["replay", str(call.folder)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("taped: coaching, 0:")
    assert "3 of 3 utterances the same" in told
    assert "0 new, 0 gone" in told
    assert "not on the tape" not in told


def test_N8_other_cards_ask_what_is_not_on_the_tape_and_that_is_told(
    call: TapedCall, other_cards: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["replay", str(call.folder), "--with", str(other_cards)]) == 0
    told = capsys.readouterr().out
    assert "new   objection.money: Money" in told
    assert "not on the tape: " in told
    assert "3 of 3 utterances the same" in told


async def _another_mind(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    async with OpenAIServer() as server:
        server.answer("SaleForm", {"phase": "objection", "phase_reason": "They object."})
        server.answer("TipForm", {"speak": False})
        server.answer("SameForm", {"same": False, "reason": "other"})
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        assert await asyncio.to_thread(main, ["replay", str(folder), "--model", "another"]) == 0
        assert {seen.body["model"] for seen in server.requests} == {"another"}
    return capsys.readouterr().out


def test_N8_another_model_shows_what_would_differ(
    call: TapedCall, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    told = asyncio.run(_another_mind(call.folder, capsys, monkeypatch))
    assert "3 of 3 utterances the same" in told
    assert "gone  objection.price: Price" in told


def test_a_torn_tape_is_replayed_as_far_as_it_goes(copied: Path, capsys: pytest.CaptureFixture[str]):
    records = (copied / RECORDS).read_bytes()
    (copied / RECORDS).write_bytes(records[: len(records) * 7 // 10])
    assert main(["replay", str(copied)]) == 0
    told = capsys.readouterr().out
    assert "it breaks off: read up to its last whole record" in told
    assert "gone" not in told.replace("0 gone", "")


def test_N8_golden_insights_beside_a_tape_are_marked(call: TapedCall, copied: Path, capsys: pytest.CaptureFixture[str]):
    first = next(entry.at for entry in call.story if isinstance(entry.fact, InsightGiven))
    (copied / "golden.yaml").write_text(GOLDEN.replace("AFTER", f"{first - 2:.1f}"), "utf-8")
    for path in (copied, copied.parent):
        assert main(["eval", str(path)]) == 0
        told = capsys.readouterr().out
        assert "the telephone                        1/2" in told
        assert "the telephone: missed objection.trust" in told


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- golden: [{topic: a, after: 900}]", "'after' must be a second of the call"),
        ("- golden: [{topic: a, line: 1}]", "golden insight 1 must be {topic: …, after: …, seconds: …}"),
        ("- lines: []", "golden.yaml:1"),
        ("- name: a\n- name: b", "a list of one call"),
    ],
)
def test_a_mistake_in_a_golden_tape_is_told(
    copied: Path, text: str, complaint: str, capsys: pytest.CaptureFixture[str]
):
    (copied / "golden.yaml").write_text(text, "utf-8")
    assert main(["eval", str(copied)]) == 2
    assert complaint in capsys.readouterr().err


def test_a_house_s_tapes_are_listed_and_numbers_are_masked(copied: Path, capsys: pytest.CaptureFixture[str]):
    shutil.copytree(copied, copied.parent / "call-0612345678")
    assert main(["replay", str(copied.parent)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 2
    assert all("coaching, 0:" in line for line in told)
    assert "0612345678" not in "".join(told)


@pytest.mark.parametrize("content", ["", "nonsense\n", "00000000 {}\n"])
def test_what_is_no_tape_is_told_in_a_line(tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]):
    (tmp_path / RECORDS).write_text(content, "utf-8")
    assert main(["replay", str(tmp_path)]) == 2
    assert "not a tape" in capsys.readouterr().err


def test_a_folder_without_tapes_and_a_story_without_sound_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "empty").mkdir()
    assert main(["replay", str(tmp_path / "empty")]) == 2
    assert "no tape in it" in capsys.readouterr().err
    (tmp_path / "story.jsonl").write_text("", "utf-8")
    assert main(["replay", str(tmp_path / "story.jsonl"), "--hear-again"]) == 2
    assert "--hear-again needs a tape" in capsys.readouterr().err


def test_what_differs_is_in_the_order_of_the_call(call: TapedCall, other_cards: Path):
    again = live_again(read_tape(call.folder), Again(options=CastOptions(cards=other_cards)))
    found = Difference.of(call.story, again.story)
    assert not found.equal
    assert found.same_words == 3
    assert Difference.of(call.story, call.story).equal
