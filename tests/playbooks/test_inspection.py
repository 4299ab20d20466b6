"""A folder of sheets looked through to the end."""

from pathlib import Path

from kitt_rtc.playbooks.cards import built_in
from kitt_rtc.playbooks.inspection import inspect

CARD = """
- id: price
  topic: objection.price
  when: customer
  phase: objection
  priority: 90
  words: [too expensive]
  title: Price
  say: '"Compared to what?"'
  avoid: A discount
  examples: [That is too expensive.]
"""


def sheets(folder: Path, english: str = CARD, french: str = CARD) -> Path:
    for language, text in (("en", english), ("fr", french)):
        (folder / language).mkdir(exist_ok=True)
        (folder / language / "objections.yaml").write_text(text, "utf-8")
    return folder


def test_ours_have_no_mistakes():
    found = inspect(built_in())
    assert found.mistakes == []
    assert found.deaf == []
    assert found.version
    assert found.cards["fr"] == found.cards["en"] > 20


def test_every_mistake_is_told_with_file_and_line_and_not_the_first_alone(tmp_path: Path):
    other = CARD.replace("id: price", "id: other").replace("phase: objection", "phase: haggling")
    found = inspect(sheets(tmp_path, CARD.replace("priority: 90", "priority: 900") + other, CARD + "\n- oops"))
    told = "\n".join(found.mistakes)
    assert "cards/en/objections.yaml:6: 'priority' must be a whole number from 1 to 100" in told
    assert "cards/en/objections.yaml:16: 'phase' is 'haggling'" in told
    assert "cards/fr/objections.yaml:13" in told
    assert found.version == ""


def test_a_card_without_its_twin_in_the_other_language_is_a_mistake(tmp_path: Path):
    found = inspect(sheets(tmp_path, CARD, CARD.replace("id: price", "id: prix")))
    assert found.mistakes == [
        "cards/fr: 'prix' has no card of this id in en",
        "cards/en: 'price' has no card of this id in fr",
    ]


def test_a_sheet_that_cannot_be_read_makes_no_card_of_the_other_language_lonely(tmp_path: Path):
    found = inspect(sheets(tmp_path, CARD, CARD + "  oops: [\n"))
    assert len(found.mistakes) == 1
    assert found.mistakes[0].startswith("cards/fr/objections.yaml:")


def test_an_example_that_nothing_hears_is_told_and_is_no_mistake(tmp_path: Path):
    found = inspect(sheets(tmp_path, CARD.replace("[That is too expensive.]", "[What a lot of money.]")))
    assert found.mistakes == []
    assert found.deaf == ["cards/en: 'price' is not called for by its example 'What a lot of money.'"]
    assert found.version
