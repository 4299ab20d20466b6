"""What is being said, as it is painted: in headless Chromium, on a house that tells a recorded story."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.web.stage import Stage, story
from tests.web.test_pages import browser, context, enter, page  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser

CLIENT = {"id": "customer", "role": "customer", "name": "Mme Bernard"}
BOX = """(line) => {
  const { x, y, width } = line.getBoundingClientRect();
  return [x, y, width].map(Math.round);
}"""


def said(committed: str, rest: str, **other: Any) -> dict[str, Any]:
    """The caption of the second utterance of the story."""
    plain = {"id": "c2", "leg_id": "leg-2", "speaker": CLIENT, "over": False}
    start = story("coaching")[6]["data"]["utterance"]["start"]
    return {**plain, "start": start, "committed": committed, "rest": rest, **other}


async def test_words_are_painted_while_they_are_spoken_and_the_line_becomes_the_utterance(page: Page) -> None:  # noqa: F811
    async with Stage(story("coaching")).open() as stage:
        await enter(page, stage)
        await stage.tell(6)
        at = page.get_by_test_id
        await expect(at("utterance")).to_have_count(1)

        await stage.caption(**said("", "Oui"))
        await expect(at("rest")).to_have_text("Oui")
        await stage.caption(**said("Oui, bonjour.", "On a"))
        await expect(at("committed")).to_have_text("Oui, bonjour.")
        await expect(at("rest")).to_have_text("On a")
        sure, doubtful = [
            await at(name).evaluate("(part) => [getComputedStyle(part).color, getComputedStyle(part).fontStyle]")
            for name in ("committed", "rest")
        ]
        assert sure[0] != doubtful[0]
        assert (sure[1], doubtful[1]) == ("normal", "italic")
        await expect(at("caption")).to_contain_text("Mme Bernard")
        await expect(at("caption")).to_have_attribute("aria-hidden", "true")
        place = await at("caption").evaluate(BOX)

        await stage.caption(**said("Oui, bonjour.", "On a", over=True))
        await stage.tell(7)
        await expect(at("caption")).to_have_count(0)
        await expect(at("utterance")).to_have_count(2)
        assert await at("utterance").last.evaluate(BOX) == place
        await expect(at("utterance").last).not_to_have_attribute("aria-hidden", "true")


async def test_what_nobody_said_after_all_goes(page: Page) -> None:  # noqa: F811
    async with Stage(story("coaching")).open() as stage:
        await enter(page, stage)
        await stage.tell(5)
        await stage.caption(**said("", "You"))
        await expect(page.get_by_test_id("caption")).to_have_count(1)
        await expect(page.locator("#transcript-empty")).to_be_hidden()
        await stage.caption(**said("", "", over=True))
        await expect(page.get_by_test_id("caption")).to_have_count(0)


async def test_both_voices_may_be_open_and_a_foreign_text_is_text(page: Page, browser: Browser) -> None:  # noqa: F811
    async with Stage(story("coaching")).open() as stage:
        await enter(page, stage)
        await stage.tell(5)
        await stage.caption(**said("<b>Oui</b>", "<img src=x>"))
        await stage.caption(**said("Bonjour", "Madame", id="c9", speaker={"id": "rep-1", "role": "rep", "name": "C"}))
        await expect(page.get_by_test_id("caption")).to_have_count(2)
        await expect(page.get_by_test_id("committed").first).to_have_text("<b>Oui</b>")
        assert await page.locator("#transcript b, #transcript img").count() == 0
