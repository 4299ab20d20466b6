"""The controls of a call on the softphone: what each posts, and what is painted."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from tests.web.look import CHROMIUM, FLAGS
from tests.web.stage import Stage, story

pytestmark = pytest.mark.browser

HELD, TAKEN_BACK, RECORDING, PAUSED, RESUMED, BOTH_IN = 12, 13, 11, 16, 17, 20
"""How far the story of the bridge is told, by what was the last to happen."""


@pytest.fixture
async def context() -> AsyncIterator[BrowserContext]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(permissions=["microphone"], viewport={"width": 1360, "height": 850})
        yield context
        await browser.close()


@pytest.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page that may not complain."""
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield page
    assert complaints == []


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage(story("bridge")).open() as stage:
        yield stage


async def enter(page: Page, stage: Stage, *, told: int) -> None:
    """In a call that has come this far."""
    await page.goto(stage.address)
    await page.get_by_test_id("start").click()
    await expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "connected", timeout=15_000)
    await stage.tell(told)
    await expect(page.get_by_test_id("hold")).to_be_enabled()


def posted(stage: Stage, last: str) -> list[tuple[str, dict[str, object]]]:
    """What was posted to the doors whose path ends so."""
    return [(path, body) for path, body in stage.bodies if path.endswith(last)]


async def test_the_other_is_put_on_hold_and_taken_back(page: Page, stage: Stage) -> None:
    await enter(page, stage, told=RECORDING)
    hold, banner = page.get_by_test_id("hold"), page.get_by_test_id("banner")
    await expect(banner).to_be_hidden()
    await hold.click()
    await stage.until(lambda: posted(stage, "/hold"))
    assert posted(stage, "/hold") == [("/calls/session_bridge/legs/leg-2/hold", {"held": True})]
    await stage.tell(HELD)
    await expect(hold).to_have_attribute("aria-pressed", "true")
    await expect(banner).to_contain_text("En attente")
    await expect(banner).to_contain_text("Mme Bernard")
    await expect(banner).to_contain_text("Rien ne s’écrit, le conseiller se tait")
    await page.get_by_test_id("banner-act").click()
    await stage.until(lambda: len(posted(stage, "/hold")) == 2)
    assert posted(stage, "/hold")[1] == ("/calls/session_bridge/legs/leg-2/hold", {"held": False})
    await stage.tell(TAKEN_BACK)
    await expect(banner).to_be_hidden()
    await expect(page.get_by_test_id("mark").last).to_contain_text("de retour dans l’appel")


async def test_a_hold_that_is_refused_says_so_in_the_dock(page: Page, stage: Stage) -> None:
    stage.refusals["hold"] = (409, "call_over", "over")
    await enter(page, stage, told=RECORDING)
    await page.get_by_test_id("hold").click()
    await expect(page.get_by_test_id("dock-status")).to_contain_text("Cet appel est terminé")
    await expect(page.get_by_test_id("hold")).to_have_attribute("aria-pressed", "false")


async def test_a_machine_that_picked_up_is_told_until_a_person_does(page: Page, stage: Stage) -> None:
    await enter(page, stage, told=6)
    await expect(page.get_by_test_id("banner")).to_contain_text("Un répondeur a décroché")
    await expect(page.get_by_test_id("banner-act")).to_be_hidden()
    await expect(page.get_by_test_id("phone-status")).to_contain_text("Un répondeur a décroché")
    await stage.tell(7)
    await expect(page.get_by_test_id("banner")).to_be_hidden()


async def test_keys_are_pressed_and_typed_in_order_and_shown(page: Page, stage: Stage) -> None:
    await enter(page, stage, told=TAKEN_BACK)
    await page.get_by_test_id("keypad-open").click()
    await page.get_by_test_id("key-1").click()
    await page.keyboard.type("23x#")
    await expect(page.get_by_test_id("keypad-sent")).to_have_text("123#")
    assert {path for path, _ in posted(stage, "/keys")} == {"/calls/session_bridge/legs/leg-2/keys"}
    await stage.until(lambda: "".join(str(body["keys"]) for _, body in posted(stage, "/keys")) == "123#")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("keypad")).to_be_hidden()
    await page.keyboard.type("4")
    assert "4" not in "".join(str(body["keys"]) for _, body in posted(stage, "/keys"))


async def test_keys_that_were_refused_are_not_shown_as_sent(page: Page, stage: Stage) -> None:
    stage.refusals["keys"] = (409, "call_over", "over")
    await enter(page, stage, told=TAKEN_BACK)
    await page.get_by_test_id("keypad-open").click()
    await page.get_by_test_id("key-7").click()
    await expect(page.get_by_test_id("dock-status")).to_contain_text("Cet appel est terminé")
    await expect(page.get_by_test_id("keypad-sent")).to_have_text("Rien d’envoyé")


async def test_the_call_is_handed_over_to_a_number_with_a_note(page: Page, stage: Stage) -> None:
    await enter(page, stage, told=TAKEN_BACK)
    await page.get_by_test_id("hand-over-open").click()
    await expect(page.get_by_test_id("hand-over")).to_contain_text("Si personne ne vient, vous le gardez")
    await page.get_by_test_id("hand-over-to").fill("06 12")
    await page.get_by_test_id("hand-over-go").click()
    await expect(page.get_by_test_id("hand-over-wrong")).to_contain_text("numéro complet")
    await page.get_by_test_id("hand-over-to").fill("06 12 34 56 78")
    await page.get_by_test_id("hand-over-note").fill("Attend une date.")
    await page.get_by_test_id("hand-over-go").click()
    await expect(page.get_by_test_id("hand-over")).to_be_hidden()
    await expect(page.get_by_test_id("dock-status")).to_contain_text("Vous restez en ligne")
    order = {"phone_number": "+33612345678", "by": "leg-1", "note": "Attend une date."}
    assert posted(stage, "/hand-over") == [("/calls/session_bridge/hand-over", order)]


async def test_the_call_is_handed_over_to_a_colleague_or_the_dialog_says_why_not(page: Page, stage: Stage) -> None:
    stage.refusals["hand-over"] = (409, "call_error", "rep-2 is in a call")
    await enter(page, stage, told=TAKEN_BACK)
    await page.get_by_test_id("hand-over-open").click()
    await page.get_by_test_id("hand-over-to").fill("rep-2")
    await page.get_by_test_id("hand-over-go").click()
    await expect(page.get_by_test_id("hand-over-wrong")).to_contain_text("rep-2 is in a call")
    assert posted(stage, "/hand-over")[0][1] == {"speaker_id": "rep-2", "by": "leg-1", "note": ""}


async def test_the_recording_is_plainly_on_paused_and_off(page: Page, stage: Stage) -> None:
    await enter(page, stage, told=7)
    record, pause, flag = (page.get_by_test_id(name) for name in ("record", "record-pause", "recording-flag"))
    await expect(flag).to_be_hidden()
    await expect(pause).to_be_hidden()
    await record.click()
    await stage.until(lambda: posted(stage, "/recording"))
    await stage.tell(RECORDING)
    await expect(flag).to_have_text("Enregistré")
    await pause.click()
    await stage.until(lambda: len(posted(stage, "/recording")) == 2)
    await stage.tell(PAUSED)
    await expect(flag).to_have_text("En pause\u00a0: saisie de carte")
    await pause.click()
    await stage.until(lambda: len(posted(stage, "/recording")) == 3)
    await stage.tell(RESUMED)
    await expect(flag).to_have_text("Enregistré")
    await record.click()
    await stage.until(lambda: len(posted(stage, "/recording")) == 4)
    assert [body["action"] for _, body in posted(stage, "/recording")] == ["start", "pause", "resume", "stop"]


async def test_the_chip_tells_the_worst_line_and_its_figures(page: Page, stage: Stage) -> None:
    stage.qualities = {"leg-2": {"loss": 0.081, "jitter_ms": 22.0, "round_trip_ms": 140.0}}
    await enter(page, stage, told=RECORDING)
    chip = page.get_by_test_id("quality")
    await expect(chip).to_have_attribute("data-grade", "poor")
    await expect(chip).to_contain_text("Mauvaise ligne")
    await chip.click()
    await expect(page.get_by_test_id("quality-more")).to_contain_text("Mme Bernard · Client\u00a0: 8.1 % perdus")


async def test_the_levels_of_both_sides_and_the_loudspeaker(page: Page, stage: Stage) -> None:
    await page.add_init_script(
        "HTMLMediaElement.prototype.setSinkId = async function (id) { this.dataset.sink = id };"
        "navigator.mediaDevices.enumerateDevices = async () => ["
        "{kind: 'audioinput', deviceId: 'm1', label: 'Headset'},"
        "{kind: 'audiooutput', deviceId: 's1', label: 'Headset'},"
        "{kind: 'audiooutput', deviceId: 's2', label: 'Room'}]"
    )
    await enter(page, stage, told=RECORDING)
    # The browser's fake microphone beeps; the stage sends silence.
    await expect(page.get_by_test_id("level")).not_to_have_attribute("aria-valuenow", "0")
    await expect(page.get_by_test_id("level-them")).to_have_attribute("aria-valuenow", "0")
    await page.get_by_test_id("audio-open").click()
    await page.get_by_test_id("call-speaker").select_option("s2")
    await expect(page.locator("#others")).to_have_attribute("data-sink", "s2")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("busy", "Occupé. Réessayez"),
        ("no-answer", "Pas de réponse."),
        ("failed", "L’appel n’a pas abouti."),
        ("canceled", "Appel annulé"),
    ],
)
async def test_a_telephone_that_rings_can_be_cancelled_and_says_how_it_went(
    page: Page, stage: Stage, status: str, sentence: str
) -> None:
    stage.envelopes[3]["data"]["status"] = status
    del stage.envelopes[4:]
    await page.goto(stage.address)
    await page.get_by_test_id("start").click()
    await stage.tell(3)
    await expect(page.get_by_test_id("phone-status")).to_contain_text("Ça sonne…")
    cancel = page.get_by_test_id("dial-hangup")
    await expect(cancel).to_have_text("Annuler l’appel")
    await cancel.click()
    await stage.until(lambda: posted(stage, "/end-call"))
    await expect(page.get_by_test_id("phone-status")).to_contain_text(sentence)
    await expect(page.get_by_test_id("dial")).to_be_visible()


async def test_a_page_that_waits_is_rung_and_enters_the_call_it_takes(page: Page, stage: Stage) -> None:
    await page.goto(stage.address)
    await page.get_by_test_id("name").fill("Camille")
    await page.get_by_test_id("waiting").click()
    status = page.get_by_test_id("waiting-status")
    await expect(status).to_have_text("Vous êtes joignable.")
    assert (stage.waiting[0]["role"], stage.waiting[0]["name"]) == ("rep", "Camille")
    await stage.ring(note="Attend une date de livraison")
    ring = page.get_by_test_id("ring")
    await expect(ring).to_contain_text("+33 …89")
    await expect(ring).to_contain_text("français")
    await expect(ring).to_contain_text("Attend une date de livraison")
    await expect(page).to_have_title("☎ Appel entrant")
    await page.get_by_test_id("ring-accept").click()
    await expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "connected", timeout=15_000)
    offer = dict(stage.bodies)["/rtc/offer"]
    assert offer["session_id"] == "session_bridge"
    assert offer["speaker"]["id"] == stage.waiting[0]["speaker"]
    await expect(page).to_have_title("KITT RTC · Téléphone")
    await stage.until(lambda: {"type": "available", "available": False} in stage.reception_said)
    assert {"type": "accept", "call": "session_bridge"} in stage.reception_said
    await page.get_by_test_id("hangup").click()
    await stage.until(lambda: {"type": "available", "available": True} in stage.reception_said)


async def test_a_ring_is_declined_or_stops_because_another_took_it(page: Page, stage: Stage) -> None:
    await page.goto(stage.address)
    await page.get_by_test_id("waiting").click()
    await expect(page.get_by_test_id("waiting-status")).to_have_attribute("data-state", "open")
    await stage.ring()
    await page.get_by_test_id("ring-decline").click()
    await stage.until(lambda: {"type": "decline", "call": "session_bridge"} in stage.reception_said)
    await expect(page.get_by_test_id("ring")).to_have_count(0)
    await stage.ring()
    await expect(page.get_by_test_id("ring")).to_have_count(1)
    await stage.say_at_reception({"type": "stop", "call": "session_bridge", "reason": "taken"})
    await expect(page.get_by_test_id("ring")).to_have_count(0)
    await expect(page.get_by_test_id("waiting-status")).to_have_text("Un collègue a pris l’appel.")
    await stage.close_reception()
    await stage.until(lambda: len(stage.waiting) == 2)
    await expect(page.get_by_test_id("waiting-status")).to_have_attribute("data-state", "open")
    await page.get_by_test_id("waiting").click()
    await expect(page.get_by_test_id("waiting-status")).to_have_text("Vous n’êtes pas joignable.")


async def test_to_wait_for_calls_the_key_is_asked_for(page: Page) -> None:
    async with Stage(story("bridge"), key="the key").open() as stage:
        await page.goto(stage.address)
        await page.get_by_test_id("waiting").click()
        await page.get_by_test_id("key").fill("the key")
        await page.get_by_test_id("key-save").click()
        await expect(page.get_by_test_id("waiting-status")).to_have_attribute("data-state", "open")
        assert stage.waiting[0]["token"] == "the key"


async def test_the_one_who_handed_over_is_out_and_can_listen_again(page: Page, stage: Stage) -> None:
    await page.goto(stage.address)
    await page.get_by_test_id("start").click()
    await expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "connected", timeout=15_000)
    me = dict(stage.bodies)["/rtc/offer"]["speaker"]["id"]
    for envelope in stage.envelopes:
        if envelope["type"] == "leg_joined" and envelope["data"]["leg_id"] == "leg-3":
            envelope["data"]["speaker"]["id"] = me
    await stage.tell()
    await expect(page.get_by_test_id("ending-reason")).to_contain_text("appel passé à un collègue")
    assert posted(stage, "/end") == []
    await page.get_by_test_id("recording-get").click()
    sound = page.get_by_test_id("recording-sound")
    await expect(sound).to_be_visible()
    await page.wait_for_function("document.querySelector('#recording-sound').duration === 1")
    async with page.expect_download() as coming:
        await page.get_by_test_id("transcript-csv").click()
    download = await coming.value
    assert download.suggested_filename == "session_bridge.csv"


async def test_a_call_that_was_not_recorded_offers_no_recording(page: Page) -> None:
    async with Stage(story("coaching")).open() as stage:
        await page.goto(stage.address)
        await page.get_by_test_id("start").click()
        await expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "connected", timeout=15_000)
        await page.get_by_test_id("hangup").click()
        await expect(page.get_by_test_id("transcript-csv")).to_be_visible()
        await expect(page.get_by_test_id("recording-get")).to_be_hidden()


async def test_the_transcript_tells_the_gap_of_a_restart_and_who_came_back(page: Page, stage: Stage) -> None:
    await enter(page, stage, told=BOTH_IN)
    marks = page.get_by_test_id("transcript")
    await expect(marks).to_contain_text("l’appel continue, il manque 3.2 s")
    await expect(marks).to_contain_text("Mme Bernard · Client est revenu après 3.9 s d’absence")
    await expect(marks).to_contain_text("Réponse interrompue\u00a0: 1.2 s entendues sur 3.4 s")


async def test_what_the_call_is_about_is_never_cut_in_a_row(page: Page) -> None:
    envelopes = story("coaching")
    for envelope in envelopes:
        if envelope["type"] == "context_read":
            envelope["data"]["pain_points"] = [f"une difficulté qui prend de la place {n}" for n in range(12)]
    async with Stage(envelopes).open() as stage:
        await page.goto(stage.address)
        await page.get_by_test_id("start").click()
        await stage.tell()
        more = page.get_by_test_id("context-more")
        await expect(more).to_contain_text("autres")
        cut = """list => [...list.children].some((chip) => {
            const [box, shown] = [list.getBoundingClientRect(), chip.getBoundingClientRect()];
            return shown.top < box.bottom - 1 && shown.bottom > box.bottom + 1;
        })"""
        context = page.get_by_test_id("context")
        assert await context.evaluate(cut) is False
        await more.click()
        await expect(context.locator("li").last).to_be_in_viewport()


async def test_what_a_chip_tells_no_other_chip_tells_again(page: Page) -> None:
    envelopes = story("coaching")
    for envelope in envelopes:
        if envelope["type"] == "context_read":
            pain = "Temps perdu : « deux heures par jour »"
            known = {
                "pain_points": [pain],
                "issue": pain,
                "dates": ["avant vendredi"],
                "entities": ["vendredi", "X200"],
            }
            envelope["data"].update(known, tone={"mood": "angry", "urgency": "now", "quote": "", "utterance_id": ""})
    async with Stage(envelopes).open() as stage:
        await page.goto(stage.address)
        await page.get_by_test_id("start").click()
        await stage.tell()
        chips = page.get_by_test_id("context").locator("li")
        await expect(chips.filter(has_text="deux heures")).to_have_count(1)
        await expect(chips.filter(has_text="vendredi")).to_have_count(1)
        await expect(chips.filter(has_text="X200")).to_have_count(1)
        await expect(page.locator("[data-kind=tone]")).to_be_in_viewport()
        heads = [await page.locator(head).bounding_box() for head in ("#cards-title", "#transcript-title")]
        assert all(heads)
        assert abs(heads[0]["y"] - heads[1]["y"]) < 1  # type: ignore[index]
