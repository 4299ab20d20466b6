"""Two people really talk: a rep in headless Chromium and a client on the simulated telephone, in one call.

What each says is spoken sound; what the other's end received, and what was recorded, is written down again by the
embedded transcriber. Keys and hold are pressed on the page, and looked for in what the telephone heard.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import pytest_asyncio
import yaml
from av.audio.resampler import AudioResampler
from playwright.async_api import async_playwright, expect

from kitt_rtc.engines.booth_call import BoothCall
from kitt_rtc.engines.booth_caller import WIRE_RATE, CallerScript
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.media import tones
from kitt_rtc.media.files import read_sound
from kitt_rtc.media.mix import loudness
from kitt_rtc.media.wav import write_wav
from kitt_rtc.model.audio import RATE
from kitt_rtc.model.facts import KeysPressed, LegHeld, UtteranceHeard
from kitt_rtc.model.speech import Role
from kitt_rtc.model.words import fold
from kitt_rtc.toolbox import CLIENT_NUMBER
from tests.sounds.made import loudest_hertz, silence
from tests.support.desk import Desk, Story
from tests.support.ears import words_in
from tests.support.eyes import CHROMIUM, SPEAKING, Eyes, looking
from tests.support.keypad import keys_in
from tests.support.sales import SALES, as_network, is_goodbye
from tests.support.server import free_port, serving

pytestmark = [pytest.mark.engines, pytest.mark.browser]

_BEFORE_SECONDS = 9.0
"""For the page to be opened and the telephone to be answered, before the rep begins to speak."""
_TALK_SECONDS = 100.0
_HOLD_SECONDS = 2.0
KEYS = "5#"


@dataclass(frozen=True)
class Talk:
    """What came of it, on both sides."""

    story: Story
    heard_by_rep: str
    heard_by_client: str
    telephone: bytes
    """What the client's telephone heard, at 8 kHz."""
    left: str
    """The words of the recording's channels."""
    right: str

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
                    await story.until(UtteranceHeard, is_goodbye, seconds=_TALK_SECONDS)
                    await eyes.shoot("talking")
                    sound = await eyes.heard(folder)
                    await press_keys_and_hold(eyes, story)
                    await eyes.page.get_by_test_id("hangup").click()
                    await story.end()
                    await eyes.page.get_by_test_id("recording-get").click()
                    await expect(eyes.page.get_by_test_id("recording-sound")).to_be_visible()
                    await eyes.shoot("ending")
                    left, right = await recorded(server.desk, call_id, folder)
        finally:
            await browser.close()
        telephone = line.caller.heard
        return Talk(
            story,
            await words_in(sound),
            await words_in(telephone, rate=WIRE_RATE),
            telephone,
            await words_in(left),
            await words_in(right),
        )


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
    await at("record").click()
    return told["session_id"], booth.calls[told["call_sid"]]


async def press_keys_and_hold(eyes: Eyes, story: Story) -> None:
    at = eyes.page.get_by_test_id
    await at("keypad-open").click()
    for key in KEYS:
        await at(f"key-{key}").click()
    await expect(at("keypad-sent")).to_contain_text(KEYS)
    await eyes.shoot("keypad")
    await at("keypad-open").click()
    await at("hold").click()
    await expect(at("banner")).to_be_visible()
    await story.until(LegHeld, lambda held: held.held)
    await eyes.page.wait_for_timeout(_HOLD_SECONDS * 1_000)  # of music, for somebody to listen to
    await eyes.shoot("held")
    await at("hold").click()
    await story.until(LegHeld, lambda held: not held.held)
    await expect(at("banner")).to_be_hidden()


async def recorded(desk: Desk, call_id: str, folder: Path) -> tuple[bytes, bytes]:
    """The two channels of the call's recording, as house sound."""
    path = folder / "call.ogg"
    async with desk.client.get(f"/calls/{call_id}/recording") as answer:
        assert answer.status == 200
        assert answer.content_type == "audio/ogg"
        path.write_bytes(await answer.read())
    with av.open(str(path)) as container:
        resampler = AudioResampler(format="s16", layout="stereo", rate=RATE)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    both = np.concatenate([frame.to_ndarray().reshape(-1, 2) for frame in frames])
    return both[:, 0].tobytes(), both[:, 1].tobytes()


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


def test_keys_pressed_on_the_page_are_heard_on_the_telephone(talk: Talk) -> None:
    assert keys_in(talk.telephone, rate=WIRE_RATE).endswith(KEYS)
    assert "".join(pressed.keys for pressed in talk.story.all(KeysPressed) if pressed.sent) == KEYS


def test_who_is_on_hold_hears_music_and_nothing_is_written_down(talk: Talk) -> None:
    begins, ends = (talk.story.at(held) for held in talk.story.all(LegHeld))
    assert ends - begins >= _HOLD_SECONDS
    last_seconds = talk.telephone[-6 * WIRE_RATE * 2 :]
    assert len(pitches(last_seconds, rate=WIRE_RATE) & pitches(tones.hold_music(), rate=RATE)) >= 3
    heard = [entry for entry in talk.story.entries if isinstance(entry.fact, UtteranceHeard)]
    assert not [entry for entry in heard if begins + 1.0 < entry.at < ends]


def pitches(pcm: bytes, *, rate: int) -> set[int]:
    """What is loudest in each quarter of a second, in hertz, to twenty; of what is loud enough to be heard."""
    size = rate // 4 * 2
    pieces = (pcm[at : at + size] for at in range(0, len(pcm) - size, size))
    return {round(loudest_hertz(piece, rate=rate) / 20) * 20 for piece in pieces if loudness(piece) > 0.003}


def test_the_recording_has_the_rep_left_and_the_client_right(talk: Talk) -> None:
    assert arrived(script("rep"), talk.left) >= 0.85
    assert arrived(script("customer"), talk.right) >= 0.85
    assert "expensive" not in talk.left
    assert "within one hour" not in talk.right


def test_both_are_written_down_under_their_own_role(talk: Talk) -> None:
    client, rep = talk.said_by(Role.CUSTOMER), talk.said_by(Role.REP)
    assert arrived(script("customer"), client) >= 0.85
    assert arrived(script("rep"), rep) >= 0.85
    assert "expensive" not in rep
    assert "within one hour" not in client
