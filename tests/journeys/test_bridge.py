"""Two people really talk: a rep in headless Chromium and a client on the simulated telephone, in one call.

What each says is spoken sound; what the other's end received is written down again by the embedded transcriber.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import pytest
import pytest_asyncio
import yaml
from playwright.async_api import async_playwright, expect

from kitt_rtc.engines.booth_call import BoothCall
from kitt_rtc.engines.booth_caller import WIRE_RATE, CallerScript
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.media.wav import write_wav
from kitt_rtc.model.facts import UtteranceHeard
from kitt_rtc.model.speech import Role
from kitt_rtc.model.words import fold
from kitt_rtc.toolbox import CLIENT_NUMBER
from tests.sounds.made import silence
from tests.support.desk import Story
from tests.support.ears import words_in
from tests.support.eyes import CHROMIUM, SPEAKING, Eyes, looking
from tests.support.sales import SALES, as_network
from tests.support.server import free_port, serving

pytestmark = [pytest.mark.engines, pytest.mark.browser]

_BEFORE_SECONDS = 9.0
"""For the page to be opened and the telephone to be answered, before the rep begins to speak."""
_TALK_SECONDS = 100.0


@dataclass(frozen=True)
class Talk:
    """What came of it, on both sides."""

    story: Story
    heard_by_rep: str
    heard_by_client: str

    def said_by(self, role: Role) -> str:
        said = (heard.utterance for heard in self.story.all(UtteranceHeard))
        return " ".join(utterance.text.lower() for utterance in said if utterance.speaker.role is role)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    folder = tmp_path_factory.mktemp("bridge")
    microphone = folder / "rep.wav"
    microphone.write_bytes(write_wav(silence(_BEFORE_SECONDS) + read_sound(SALES / "rep.ogg")))
    flags = [*SPEAKING, f"--use-file-for-fake-audio-capture={microphone}%noloop"]
    port = free_port()
    # The client begins when the rep does.
    client = CallerScript(silence(4.0) + read_sound(SALES / "customer.ogg"))
    async with (
        PhoneBooth(BoothOptions(script=client)) as booth,
        serving(folder, port=port, language="en", **as_network(booth, port)) as server,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        try:
            async with looking(browser, "bridge") as eyes:
                call_id, line = await connect(eyes, server.address, booth)
                async with server.desk.following(call_id) as story:
                    await story.until(
                        UtteranceHeard, lambda heard: "bye" in heard.utterance.text.lower(), seconds=_TALK_SECONDS
                    )
                    await eyes.shoot("talking")
                    sound = await eyes.heard(folder)
                    await eyes.page.get_by_test_id("hangup").click()
                    await story.end()
        finally:
            await browser.close()
        return Talk(story, await words_in(sound), await words_in(line.caller.heard, rate=WIRE_RATE))


async def connect(eyes: Eyes, address: str, booth: PhoneBooth) -> tuple[str, BoothCall]:
    """From the lobby to a telephone that is answered: the call's id, and the client's side of the line."""
    page, at = eyes.page, eyes.page.get_by_test_id
    await page.goto(address)
    await at("language-en").click()
    await at("start").click()
    await expect(at("connection")).to_have_attribute("data-state", "connected", timeout=15_000)
    await eyes.tape()
    await at("dial-number").fill(CLIENT_NUMBER)
    async with page.expect_response("**/twilio/initiate-call") as ordered:
        await at("dial").click()
    told: dict[str, Any] = await (await ordered.value).json()
    return told["session_id"], booth.calls[told["call_sid"]]


def is_goodbye(heard: UtteranceHeard) -> bool:
    return "bye" in heard.utterance.text.lower()


def script(leg: str) -> str:
    """What one of the two says, as it was written before it was spoken."""
    turns = yaml.safe_load((SALES / "call.yaml").read_text("utf-8"))["turns"]
    return " ".join(turn["text"] for turn in turns if turn["leg"] == leg)


def arrived(spoken: str, heard: str) -> float:
    """The part of the words that is there, in their order."""
    said, there = (fold(text).split() for text in (spoken, heard))
    return sum(block.size for block in SequenceMatcher(None, said, there).get_matching_blocks()) / len(said)


def test_the_clients_words_arrive_in_the_browser(talk: Talk) -> None:
    assert arrived(script("customer"), talk.heard_by_rep) >= 0.85
    for words in ("our current system", "expensive", "competitor", "next steps"):
        assert words in talk.heard_by_rep


def test_the_reps_words_arrive_on_the_telephone(talk: Talk) -> None:
    assert arrived(script("rep"), talk.heard_by_client) >= 0.75
    for words in ("people are waiting", "within one hour"):
        assert words in talk.heard_by_client


def test_nobody_hears_themselves(talk: Talk) -> None:
    assert "expensive" not in talk.heard_by_client
    assert "within one hour" not in talk.heard_by_rep


def test_both_are_written_down_under_their_own_role(talk: Talk) -> None:
    client, rep = talk.said_by(Role.CUSTOMER), talk.said_by(Role.REP)
    assert arrived(script("customer"), client) >= 0.85
    assert arrived(script("rep"), rep) >= 0.85
    assert "expensive" not in rep
    assert "within one hour" not in client
