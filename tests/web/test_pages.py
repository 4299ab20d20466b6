"""The pages as they are painted, in headless Chromium, on a house that tells a recorded story."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.fakes.browser import until
from tests.web.look import CHROMIUM, FLAGS
from tests.web.stage import Stage, story

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(permissions=["microphone"], viewport={"width": 1280, "height": 800})
    yield context
    await context.close()


@pytest.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page that may not complain: a broken security policy or a thrown error fails the test."""
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield page
    assert complaints == []


async def enter(page: Page, stage: Stage, *, playbook: str = "coaching") -> None:
    await page.goto(stage.address)
    await page.get_by_test_id(f"playbook-{playbook}").check()
    await page.get_by_test_id("name").fill("Camille Martin")
    await page.get_by_test_id("start").click()
    await in_state(page, "connected")


async def in_state(page: Page, state: str) -> None:
    await expect(page.get_by_test_id("connection")).to_have_attribute("data-state", state, timeout=15_000)


async def test_what_stands_is_told_before_the_call(page: Page) -> None:
    async with Stage(story("coaching")).open() as stage:
        await page.goto(stage.address)
        engines = page.get_by_test_id("engines")
        await expect(engines).to_contain_text("Entend l’anglais seulement")
        await expect(engines).to_contain_text("Aucun vrai numéro n’est appelé")
        await page.get_by_test_id("call-language").select_option("fr")
        await expect(page.get_by_test_id("language-warning")).to_contain_text("ne sera pas transcrit")
        await page.get_by_test_id("call-language").select_option("")
        await expect(page.get_by_test_id("language-warning")).to_contain_text("l’appel se fera en anglais")
        await page.get_by_test_id("call-language").select_option("en")
        await expect(page.get_by_test_id("language-warning")).to_be_hidden()


async def test_a_sales_call_from_lobby_to_summary(page: Page) -> None:
    async with Stage(story("coaching")).open() as stage:
        await enter(page, stage)
        path, offer = stage.bodies[1]
        assert path == "/rtc/offer"
        assert (offer["role"], offer["speaker"]["name"]) == ("rep", "Camille Martin")
        assert "m=audio" in offer["sdp"]
        assert "m=application" in offer["sdp"]
        assert "a=candidate" in offer["sdp"]

        await page.get_by_test_id("dial-number").fill("06 12 34")
        await page.get_by_test_id("dial").click()
        await expect(page.get_by_test_id("phone-status")).to_contain_text("pas un numéro complet")
        await page.get_by_test_id("dial-number").fill("06 12 34 56 78")
        await page.get_by_test_id("dial").click()
        await stage.tell()
        await expect(page.get_by_test_id("phone-status")).to_have_text("En communication")
        dialled = dict(stage.bodies)["/twilio/initiate-call"]
        assert dialled == {
            "phone_number": "+33612345678",
            "technician_id": "",
            "technician_name": "",
            "session_id": "session_coaching",
            "role": "customer",
        }

        await expect(page.get_by_test_id("utterance")).to_have_count(5)
        await expect(page.get_by_test_id("card")).to_have_count(2)
        newest = page.get_by_test_id("card").first
        await expect(newest).to_contain_text("Objection de prix")
        await expect(newest).to_contain_text("« trop chère par rapport à ce qu’on a »")
        await expect(newest.get_by_test_id("latency")).to_contain_text("1.0 s après la phrase")
        await expect(page.get_by_test_id("withheld")).to_contain_text("1")
        await newest.get_by_test_id("rate-wrong").click()
        await expect(newest.get_by_test_id("rate-wrong")).to_have_attribute("aria-pressed", "true")

        await page.get_by_test_id("hangup").click()
        await expect(page.get_by_test_id("stats-given")).to_have_text("2")
        await page.get_by_test_id("summary-client").click()
        summary = page.get_by_test_id("summary-client-text")
        await expect(summary).to_contain_text("<b>deux fois par mois</b>")
        claim = summary.get_by_test_id("claim")
        await expect(claim.locator("[data-proves]")).to_be_hidden()
        await claim.locator("summary").click()
        await expect(claim.locator("[data-proves]")).to_contain_text("les enregistrements se perdent tout le temps")
        await expect(claim.locator(".behind")).to_have_count(3)
        assert stage.upward[0] == {"type": "resume", "after": 0}
        assert {"type": "rate_insight", "insight_id": "k2", "rating": "wrong"} in stage.upward
        await page.get_by_test_id("new-call").click()
        await expect(page.get_by_test_id("start")).to_be_enabled()


async def test_the_checklist_shows_what_was_ticked_with_its_words_and_leads_to_the_line(page: Page) -> None:
    async with Stage(story("coaching")).open() as stage:
        await enter(page, stage)
        await stage.tell()
        checklist = page.get_by_test_id("checklist")
        await expect(checklist.get_by_test_id("checklist-count")).to_have_text("1/3")
        await expect(checklist.get_by_test_id("checklist-item").first).to_be_hidden()
        await checklist.locator("summary").focus()
        await page.keyboard.press("Enter")
        items = checklist.get_by_test_id("checklist-item")
        await expect(items).to_have_count(3)
        await expect(items.first).to_contain_text("Oui, bonjour. On a trois boutiques")
        await expect(items.nth(1)).to_contain_text("pas encore")
        await items.first.get_by_role("link", name="Aller à la ligne de").click()
        await expect(page.locator(".line:target")).to_contain_text("les enregistrements se perdent tout le temps")
        await expect(page.locator(".line:target")).to_be_in_viewport()


async def test_a_call_without_a_checklist_shows_none(page: Page) -> None:
    told = story("coaching")
    told[0]["data"]["checklist"] = []
    async with Stage(told).open() as stage:
        await enter(page, stage)
        await stage.tell()
        await expect(page.get_by_test_id("utterance")).to_have_count(5)
        await expect(page.get_by_test_id("checklist")).to_be_hidden()


async def test_figures_are_shown_once_they_mean_something_and_say_in_words_what_is_worth_a_thought(page: Page) -> None:
    envelopes = story("talk")
    long = {
        "id": "t99",
        "speaker": {"id": "REP", "role": "rep", "name": "Anna"},
        "text": "On and on.",
        "language": "en",
    }
    last = {**envelopes[-1], "seq": 20, "type": "utterance_heard"}
    last["data"] = {"utterance": {**long, "start": 80.0, "end": 175.0}, "took": 0.1}
    async with Stage([*envelopes, last]).open() as stage:
        await enter(page, stage)
        figures = page.get_by_test_id("live-figures")
        await stage.tell(10)
        await expect(page.get_by_test_id("utterance")).to_have_count(7)
        await expect(figures).to_be_hidden()
        await stage.tell(19)
        await expect(page.get_by_test_id("figure-talk")).to_have_text("Je parle61 %")
        await expect(page.get_by_test_id("figure-interruptions")).to_have_text("Coupures de parole0")
        await expect(page.get_by_test_id("figure-pace")).to_contain_text("153 mots/min")
        await expect(page.get_by_test_id("figure-talk")).not_to_have_attribute("data-marked", "")
        await stage.tell()
        await expect(page.get_by_test_id("figure-talk")).to_contain_text("Laissez de la place")
        await expect(page.get_by_test_id("figure-monologue")).to_contain_text("1:39Une question")


async def test_T24_the_card_of_an_answer_shows_its_article_score_and_words(page: Page) -> None:
    async with Stage(story("support")).open() as stage:
        await enter(page, stage, playbook="support")
        await stage.tell(24)
        answer = page.get_by_test_id("card").first
        source = answer.get_by_test_id("source")
        await expect(source.get_by_test_id("score")).to_have_text("62.6 %")
        await expect(source).to_contain_text("Camera Recordings Not Visible - Subscription Active")
        await expect(source).to_contain_text("« power-cycle the camera for 30 seconds »")
        await expect(page.get_by_test_id("notices")).to_contain_text("La transcription prend du retard")


async def test_the_feed_takes_over_from_a_dead_line_and_nothing_is_painted_twice(page: Page) -> None:
    async with Stage(story("support")).open() as stage:
        await enter(page, stage, playbook="support")
        await stage.tell(11)
        await expect(page.get_by_test_id("card")).to_have_count(1)
        await page.get_by_test_id("card").first.evaluate("card => { card.dataset.mine = 'untouched' }")

        stage.deaf_to_offers = True
        await stage.cut()
        await in_state(page, "words_only")
        await stage.tell(18)
        await expect(page.get_by_test_id("card")).to_have_count(2)
        assert stage.cursors == [11]
        assert await page.get_by_test_id("card").last.get_attribute("data-mine") == "untouched"

        stage.deaf_to_offers = False
        await in_state(page, "connected")
        await until(lambda: {"type": "resume", "after": 18} in stage.upward)
        await stage.tell(24)
        await expect(page.get_by_test_id("utterance")).to_have_count(6)
        speakers = {body["speaker"]["id"] for path, body in stage.bodies if path == "/rtc/offer"}
        assert len(speakers) == 1


async def test_a_reloaded_page_comes_back_into_its_call(page: Page) -> None:
    async with Stage(story("support")).open() as stage:
        page.on("dialog", lambda dialog: dialog.accept())
        await enter(page, stage, playbook="support")
        await stage.tell(19)
        await expect(page.get_by_test_id("card")).to_have_count(2)
        await page.reload()
        await page.get_by_test_id("resume-join").click()
        await in_state(page, "connected")
        await expect(page.get_by_test_id("card")).to_have_count(2)
        assert len([path for path, _ in stage.bodies if path == "/calls/start"]) == 1


async def test_a_key_is_asked_for_and_kept_in_the_tab_only(page: Page) -> None:
    async with Stage(story("coaching"), key="the key").open() as stage:
        await page.goto(stage.address)
        await page.get_by_test_id("start").click()
        for key in ("not the key", "the key"):
            await page.get_by_test_id("key").fill(key)
            await page.get_by_test_id("key-save").click()
        await in_state(page, "connected")
        assert "the key" in await page.evaluate("JSON.stringify(sessionStorage)")
        assert "the key" not in await page.evaluate("JSON.stringify(localStorage)")


async def test_R02_a_language_that_is_not_the_calls_stands_beside_the_line_and_its_change_between(page: Page) -> None:
    envelopes = story("coaching")
    heard = [envelope for envelope in envelopes if envelope["type"] == "utterance_heard"]
    heard[1]["data"]["utterance"]["language"] = "en"
    who = heard[1]["data"]["utterance"]["speaker"]["id"]
    switched = {"speaker_id": who, "language": "en", "before": "fr", "reason": "repeated"}
    envelopes.append(
        envelopes[-1] | {"seq": len(envelopes) + 1, "type": "language_switched", "data": switched},
    )
    async with Stage(envelopes).open() as stage:
        await enter(page, stage)
        await stage.tell()
        await expect(page.get_by_test_id("spoken-in")).to_have_text(["anglais"])
        await expect(page.get_by_test_id("mark").last).to_contain_text("parle maintenant anglais")


async def test_what_is_said_cannot_write_into_the_page(page: Page) -> None:
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    envelopes = story("support")
    for envelope in envelopes:
        data: dict[str, Any] = envelope["data"]
        if envelope["type"] == "utterance_heard":
            data["utterance"]["text"] = attack
            data["utterance"]["speaker"]["name"] = attack
        if envelope["type"] in {"insight_given", "insight_withheld"}:
            data["insight"] |= {"title": attack, "content": attack, "reason": attack, "quote": attack}
            data["verdict"]["reason"] = attack
        if envelope["type"] == "trouble":
            data |= {"code": attack, "detail": attack}
    async with Stage(envelopes).open() as stage:
        await enter(page, stage, playbook="support")
        await stage.tell(24)
        await expect(page.get_by_test_id("utterance").first).to_contain_text("<img src=x")
        await expect(page.get_by_test_id("card").first).to_contain_text("<script>")
        assert await page.locator("img[src=x], main script").count() == 0
        assert await page.title() == "KITT RTC · Téléphone"


async def test_corrected_words_are_marked_and_tell_what_was_heard(page: Page) -> None:
    envelopes = story("coaching")
    said = next(envelope for envelope in envelopes if envelope["type"] == "utterance_heard")["data"]["utterance"]
    said |= {
        "text": "Rappelez-moi à 14 h 30, au 06 12 34 56 78.",
        "heard": "Rappelez-moi à quatorze heures trente, au zéro six douze <b>etc</b>.",
        "corrections": [
            {"rule": "number", "heard": "quatorze heures trente", "written": "14 h 30"},
            {"rule": "number", "heard": "zéro six douze <b>etc</b>", "written": "06 12 34 56 78"},
        ],
    }
    async with Stage(envelopes).open() as stage:
        await enter(page, stage)
        await stage.tell()
        marks = page.get_by_test_id("corrected")
        await expect(marks).to_have_count(2)
        hour, phone = marks.nth(0), marks.nth(1)
        await expect(hour.get_by_role("tooltip", include_hidden=True)).to_be_hidden()
        await hour.focus()
        tip = hour.get_by_role("tooltip")
        await expect(tip).to_have_text("Entendu : quatorze heures trente")
        assert await tip.get_attribute("id") == await hour.get_attribute("aria-describedby")
        await page.keyboard.press("Tab")
        await expect(phone.get_by_role("tooltip")).to_have_text("Entendu : zéro six douze <b>etc</b>")
        await expect(hour.get_by_role("tooltip", include_hidden=True)).to_be_hidden()
        await page.keyboard.press("Escape")
        await expect(phone.get_by_role("tooltip", include_hidden=True)).to_be_hidden()
        await page.get_by_role("button", name="Masquer ce message").click()  # it comes late, and moves what is below it
        await hour.hover()
        await expect(tip).to_be_visible()
        box, width = await tip.bounding_box(), page.viewport_size
        assert box is not None
        assert width is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width["width"]


async def test_the_microphone_is_muted_by_button_and_key(page: Page) -> None:
    async with Stage(story("coaching")).open() as stage:
        await enter(page, stage)
        mute = page.get_by_test_id("mute")
        await expect(mute).to_have_attribute("aria-pressed", "false")
        await page.keyboard.press("m")
        await expect(mute).to_have_attribute("aria-pressed", "true")
        await mute.click()
        await expect(mute).to_have_attribute("aria-pressed", "false")
        await page.get_by_test_id("dial-number").press("m")
        await expect(mute).to_have_attribute("aria-pressed", "false")


async def test_without_a_microphone_the_page_says_why_and_lets_one_listen(browser: Browser) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    async with Stage(story("coaching")).open() as stage:
        await page.goto(stage.address)
        await page.get_by_test_id("start").click()
        await expect(page.get_by_test_id("lobby-error")).to_contain_text("Le micro est refusé")
        await expect(page.get_by_test_id("start")).to_contain_text("sans micro")
        await page.get_by_test_id("start").click()
        await in_state(page, "connected")
        await stage.tell()
        await expect(page.get_by_test_id("card")).to_have_count(2)
        await context.close()


async def test_E17_the_technician_is_called_followed_and_hung_up(page: Page) -> None:
    async with Stage(story("support")).open() as stage:
        await page.goto(f"{stage.address}/demo/twilio-technician")
        await expect(page.get_by_test_id("simulated")).to_be_visible()
        await page.get_by_test_id("technician-name").fill("Alex Dupont")
        await page.get_by_test_id("technician-id").fill("TECH001")
        await page.get_by_test_id("phone-number").fill("06 12 34 56 78")
        await page.get_by_test_id("start").click()
        await stage.tell(19)
        await expect(page.get_by_test_id("card")).to_have_count(2)
        await expect(page.get_by_test_id("utterance")).to_have_count(5)
        await expect(page.get_by_test_id("phone-status")).to_contain_text("téléphone simulé")
        assert dict(stage.bodies)["/twilio/initiate-call"] == {
            "voices": 1,
            "phone_number": "+33612345678",
            "technician_id": "TECH001",
            "technician_name": "Alex Dupont",
            "session_id": "session_support",
            "role": "technician",
        }
        green, red = page.get_by_test_id("start"), page.get_by_test_id("hangup")
        await expect(green).to_be_disabled()
        await red.click()
        await expect(page.get_by_test_id("stats-segments")).to_have_text("6")
        assert dict(stage.bodies)["/twilio/end-call"] == {"call_sid": "CA-sim-1", "session_id": "session_support"}
        await expect(page.get_by_test_id("stats-people")).to_contain_text("Alex Dupont")


async def test_E18_suggestions_are_asked_for_while_the_push_is_away(page: Page) -> None:
    async with Stage(story("support")).open() as stage:
        stage.sockets_open = False
        await page.goto(f"{stage.address}/demo/twilio-technician")
        await page.get_by_test_id("technician-name").fill("Alex")
        await page.get_by_test_id("technician-id").fill("TECH001")
        await page.get_by_test_id("phone-number").fill("+33612345678")
        await page.get_by_test_id("start").click()
        await stage.tell(19)
        await expect(page.get_by_test_id("card")).to_have_count(2, timeout=10_000)
        stage.sockets_open = True
        await in_state(page, "connected")
        await expect(page.get_by_test_id("score")).to_have_text("62.6 %")
        await expect(page.get_by_test_id("card")).to_have_count(2)


async def test_both_pages_speak_both_languages(page: Page) -> None:
    async with Stage(story("support")).open() as stage:
        await page.goto(stage.address)
        await expect(page.get_by_test_id("start")).to_contain_text("Démarrer")
        await page.get_by_test_id("language-en").click()
        await expect(page.get_by_test_id("start")).to_contain_text("Start the call")
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await page.goto(f"{stage.address}/demo/twilio-technician")
        await expect(page.get_by_test_id("start")).to_contain_text("Call")


@pytest.mark.parametrize("path", ["/", "/demo/twilio-technician"])
async def test_nothing_is_wider_than_a_phone(page: Page, path: str) -> None:
    async with Stage(story("support")).open() as stage:
        await page.set_viewport_size(PHONE)
        await page.goto(stage.address + path)
        await page.get_by_test_id("engines").locator("li").first.wait_for(state="attached")
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_a_document_page_without_its_library_says_what_to_run(page: Page, path: str) -> None:
    async with Stage(story("support")).open() as stage:
        await page.route("**/vendor/**", lambda route: route.abort())
        await page.goto(stage.address + path)
        await expect(page.get_by_test_id("vendor-missing")).to_contain_text("npm ci")


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_E09_E10_a_document_page_asks_nobody_else_for_anything(page: Page, path: str) -> None:
    async with Stage(story("support")).open() as stage:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(stage.address + path)
        missing = page.get_by_test_id("vendor-missing")
        await expect(page.get_by_text("/health").first.or_(missing)).to_be_visible()
        if await missing.is_visible():
            pytest.skip("the pages' libraries are not installed: make install")
        elsewhere = [url for url in asked if not url.startswith((stage.address, "data:", "blob:"))]
        assert elsewhere == []
