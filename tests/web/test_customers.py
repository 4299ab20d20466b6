"""The customers' page, and a customer chosen, seen and taught from the softphone: the real house in Chromium."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from kitt_rtc.model.facts import ContextRead, ProfileRead
from kitt_rtc.model.profile import Profile
from tests.fakes.whole_house import WholeHouse, open_whole_house, settings
from tests.web.look import CHROMIUM, FLAGS

pytestmark = pytest.mark.browser

ADA = Profile(
    "crm-7",
    name="Ada Lévêque",
    company="Acme",
    position="Acheteuse",
    language="en",
    products=("X200",),
    competitors=("Orvane",),
    objections=("Trop cher l'an dernier",),
    commitments=("Lui envoyer la brochure",),
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[WholeHouse]:
    async with open_whole_house(settings(tmp_path)) as opened:
        yield opened


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page that may not complain."""
    context = await browser.new_context(permissions=["microphone"], viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if "Security Policy" in told.text else None)
    yield page
    await context.close()
    assert complaints == []


async def kept(house: WholeHouse, profile_id: str = "crm-7") -> dict[str, Any]:
    async with house.client.get(f"/profiles/{profile_id}") as answer:
        told: dict[str, Any] = await answer.json()
        return told


async def test_a_customer_is_chosen_seen_in_the_call_and_taught_with_approval(house: WholeHouse, page: Page) -> None:
    await house.house.toolbox.profiles.save(ADA)
    at = page.get_by_test_id
    await page.goto(house.address)
    await at("customer").fill("leveque")
    await expect(page.locator("#customers option")).to_have_count(1)
    await at("customer").fill("Ada Lévêque, Acme")
    await expect(at("customer-status")).to_have_attribute("data-state", "chosen")
    await at("start").click()
    await expect(at("connection")).to_have_attribute("data-state", "connected", timeout=15_000)

    await expect(at("profile")).to_contain_text("Ada Lévêque")
    await at("profile").locator("summary").click()
    await expect(at("profile-commitments")).to_contain_text("Lui envoyer la brochure")
    await expect(at("profile-objections")).to_contain_text("Trop cher")
    (conductor,) = house.house.switchboard.live()
    call_id = conductor.call.id
    assert isinstance(conductor.call.journal.entries()[1].fact, ProfileRead)
    house.say(call_id, "We need a faster scanner, and we are with Zygo today.")
    await house.until(call_id, ContextRead)

    await at("hangup").click()
    await expect(at("lessons")).to_be_visible(timeout=15_000)
    needs = page.locator("[data-testid=lesson][data-field=needs]").first
    await expect(needs).to_contain_text("faster scanner")
    await expect(page.locator("[data-testid=lesson][data-field=competitors]")).to_contain_text("Zygo")
    assert (await kept(house))["version"] == 1
    await needs.get_by_test_id("lesson-tick").uncheck()
    await at("lessons-save").click()
    await expect(page.locator("[data-testid=lesson][data-field=competitors]")).to_have_count(0)
    await expect(at("lessons-status")).to_be_focused()
    await expect(needs).to_be_visible()
    saved = await kept(house)
    assert (saved["version"], saved["competitors"], saved["needs"]) == (2, ["Orvane", "Zygo"], [])
    async with house.client.get(f"/calls/{call_id}") as answer:
        last = (await answer.json())["facts"][-1]
    assert (last["type"], last["data"]["by"].startswith("rep-")) == ("profile_updated", True)


async def test_a_new_customer_is_made_in_the_lobby_with_the_keyboard(house: WholeHouse, page: Page) -> None:
    at = page.get_by_test_id
    await page.goto(house.address)
    await at("customer").fill("Grace Hopper")
    await at("customer-new-open").press("Enter")
    await expect(at("customer-name")).to_be_focused()
    await expect(at("customer-name")).to_have_value("Grace Hopper")
    await at("customer-company").fill("Navy")
    await at("customer-company").press("Enter")
    await expect(at("customer")).to_have_value("Grace Hopper, Navy")
    await expect(at("customer-status")).to_have_attribute("data-state", "chosen")
    await expect(at("customer")).to_be_focused()
    await at("start").click()
    await expect(at("profile")).to_contain_text("Grace Hopper", timeout=15_000)


async def test_a_call_without_a_customer_shows_none(house: WholeHouse, page: Page) -> None:
    at = page.get_by_test_id
    await page.goto(house.address)
    await at("start").click()
    await expect(at("connection")).to_have_attribute("data-state", "connected", timeout=15_000)
    await expect(at("profile")).to_be_hidden()
    await at("hangup").click()
    await expect(at("ending")).to_be_visible()
    await expect(at("lessons")).to_be_hidden()


async def test_customers_are_made_found_edited_and_erased_on_their_page(house: WholeHouse, page: Page) -> None:
    at = page.get_by_test_id
    await page.goto(house.address)
    await at("to-customers").click()
    await expect(page).to_have_url(f"{house.address}/customers")
    await at("language-en").click()
    await at("field-name").fill("Ada Byron")
    await at("field-phone").fill("01 23")
    await at("save").click()
    await expect(at("form-error")).to_contain_text("Telephone")
    await expect(at("field-phone")).to_have_attribute("aria-invalid", "true")
    await expect(at("field-phone")).to_be_focused()
    await at("field-phone").fill("+33 1 23 45 67 89")
    await at("field-products").fill("X200\n\n X300 ")
    await at("save").click()
    await expect(at("form-status")).to_have_text("Profile saved.")
    await expect(at("form-title")).to_have_text("Ada Byron")
    async with house.client.get("/profiles?search=byron") as answer:
        (made,) = (await answer.json())["profiles"]
    assert (made["phone"], made["products"]) == ("+33123456789", ["X200", "X300"])

    await at("search").fill("nobody")
    await expect(at("person")).to_have_count(0)
    await expect(at("more")).to_be_hidden()
    await at("search").fill("BYRON")
    await expect(at("person")).to_have_count(1)
    await at("delete").click()
    await page.keyboard.press("Escape")
    assert (await kept(house, made["id"]))["version"] == 1
    await at("delete").click()
    await expect(at("delete-dialog")).to_contain_text("Ada Byron")
    await at("delete-sure").click()
    await expect(at("form-status")).to_have_text("Profile deleted.")
    await expect(at("person")).to_have_count(0)
    async with house.client.get(f"/profiles/{made['id']}") as answer:
        assert answer.status == 404


async def test_whoever_was_quicker_is_not_written_over_unseen(house: WholeHouse, page: Page) -> None:
    profiles = house.house.toolbox.profiles
    first = await profiles.save(ADA)
    at = page.get_by_test_id
    await page.goto(f"{house.address}/customers")
    await at("person").click()
    await at("field-notes").fill("Mine")
    theirs = await profiles.save(first)
    await at("save").click()
    await expect(at("conflict")).to_be_visible()
    assert (await kept(house))["version"] == theirs.version
    await at("keep-mine").click()
    await expect(at("conflict")).to_be_hidden()
    saved = await kept(house)
    assert (saved["notes"], saved["version"]) == ("Mine", theirs.version + 1)


async def test_what_was_typed_is_not_lost_by_a_click(house: WholeHouse, page: Page) -> None:
    await house.house.toolbox.profiles.save(ADA)
    await house.house.toolbox.profiles.save(Profile("b", name="Bea"))
    at = page.get_by_test_id
    await page.goto(f"{house.address}/customers")
    await at("person").first.click()
    await at("field-notes").fill("Not saved yet")
    page.once("dialog", lambda dialog: dialog.dismiss())
    await at("person").last.click()
    await expect(at("field-notes")).to_have_value("Not saved yet")
    page.once("dialog", lambda dialog: dialog.accept())
    await at("person").last.click()
    await expect(at("form-title")).to_have_text("Bea")
