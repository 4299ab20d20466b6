"""A tip while it is written, as it is painted: in headless Chromium, on a house that tells a recorded story."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.web.stage import Stage, story
from tests.web.test_pages import browser, context, enter, page  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser


def written(title: str, say: str, **other: Any) -> dict[str, Any]:
    plain = {"id": "draft_u1", "quote": "trop cher", "over": False, "insight_id": ""}
    return {**plain, "title": title, "say": say, **other}


def first_card() -> tuple[int, str]:
    """Number and insight id of the first card of the story."""
    given = next(envelope for envelope in story("coaching") if envelope["type"] == "insight_given")
    return given["seq"], given["data"]["insight"]["id"]


async def test_T09_a_tip_is_painted_grey_while_it_is_written_and_its_card_takes_its_place(page: Page) -> None:  # noqa: F811
    seq, insight_id = first_card()
    async with Stage(story("coaching")).open() as stage:
        await enter(page, stage)
        await stage.tell(seq - 1)
        at = page.get_by_test_id
        await stage.draft(**written("Prix", ""))
        await expect(at("draft-title")).to_have_text("Prix")
        await expect(at("draft-say")).to_be_hidden()
        await expect(page.locator("#cards-empty")).to_be_hidden()
        await stage.draft(**written("Prix", "Demandez <b>combien</b>"))
        await expect(at("draft-say")).to_have_text("Demandez <b>combien</b>")
        await expect(at("draft")).to_have_attribute("aria-hidden", "true")
        top = await at("draft").evaluate("(card) => Math.round(card.getBoundingClientRect().top)")

        await stage.draft(**written("Prix", "Demandez combien", over=True, insight_id=insight_id))
        await expect(at("draft")).to_be_visible()
        await stage.tell(seq)
        await expect(at("draft")).to_be_hidden()
        await expect(at("card")).to_have_count(1)
        assert abs(await at("card").evaluate("(card) => Math.round(card.getBoundingClientRect().top)") - top) <= 4


async def test_a_draft_that_comes_to_nothing_vanishes(page: Page) -> None:  # noqa: F811
    async with Stage(story("coaching")).open() as stage:
        await enter(page, stage)
        await stage.tell(first_card()[0] - 1)
        await stage.draft(**written("Prix", "Demandez"))
        await expect(page.get_by_test_id("draft")).to_be_visible()
        await stage.draft(**written("Prix", "Demandez", over=True))
        await expect(page.get_by_test_id("draft")).to_be_hidden()
        await expect(page.locator("#cards-empty")).to_be_visible()


async def test_what_models_cost_is_told_below_the_cards(page: Page) -> None:  # noqa: F811
    async with Stage(story("coaching")).open() as stage:
        await enter(page, stage)
        await stage.tell()
        await expect(page.get_by_test_id("spending")).to_contain_text("481")
