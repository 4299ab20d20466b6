"""Examples in a sheet, and what a sentence is by the examples it lies near."""

from pathlib import Path

import pytest

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.playbooks.examples import Example, Learnt, read_examples
from tests.fakes.axes import AxisEmbedder

SCALES = {"taste": ("none", "sweet", "sour"), "heat": ("none", "hot")}
AXES = (("honey", "syrup"), ("lemon", "vinegar"), ("chili soup", "curry"))
EXAMPLES = (
    Example("honey", {"taste": "sweet"}),
    Example("lemon", {"taste": "sour"}),
    Example("chili soup", {"taste": "sour", "heat": "hot"}),
    Example("bread", {}),
)


@pytest.mark.parametrize(
    ("said", "taste", "heat"),
    [("syrup", "sweet", ""), ("vinegar", "sour", ""), ("curry", "sour", "hot"), ("a", "", "")],
)
async def test_a_sentence_is_what_the_examples_near_it_are_on_each_scale(said: str, taste: str, heat: str):
    embedder = AxisEmbedder(AXES)
    learnt = await Learnt.of(EXAMPLES, SCALES, embedder)
    (vector,) = await embedder.embed([said])
    weighed = learnt.weigh(vector)
    told = {scale: one.value if one.ahead > 0.0 else "" for scale, one in weighed.items()}
    assert told == {"taste": taste, "heat": heat}


async def test_more_examples_than_one_batch_are_learnt_in_their_order():
    embedder = AxisEmbedder(AXES)
    learnt = await Learnt.of([*[Example(f"crumb {number}", {}) for number in range(100)], *EXAMPLES], SCALES, embedder)
    (vector,) = await embedder.embed(["syrup"])
    assert learnt.weigh(vector)["taste"].value == "sweet"
    assert learnt.weigh(vector)["taste"].ahead > 0.5


def sheet(folder: Path, text: str) -> Path:
    place = folder / "tastes.yaml"
    place.write_text(text, "utf-8")
    return place


def test_a_row_gives_each_of_its_sentences_its_values(tmp_path: Path):
    place = sheet(tmp_path, "- {taste: sweet, say: [honey, syrup]}\n- say: [bread]\n")
    assert read_examples(place, "tastes.yaml", SCALES) == [
        Example("honey", {"taste": "sweet"}),
        Example("syrup", {"taste": "sweet"}),
        Example("bread", {}),
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- {taste: bitter, say: [beer]}", "tastes.yaml:1: 'taste' is 'bitter'; it must be one of none, sour, sweet"),
        ("- {taste: sweet, say: [honey]}\n- {mood: sweet, say: [a]}", "tastes.yaml:2: unknown key 'mood'"),
        ("- {taste: sweet}", "tastes.yaml:1: 'say' is missing"),
        ("- taste: sweet\n  say:\n  - yes", "tastes.yaml:2: 'say' must be a list of texts"),
    ],
)
def test_what_is_wrong_in_a_sheet_is_told_with_its_line(tmp_path: Path, text: str, complaint: str):
    with pytest.raises(SettingsError, match=complaint.replace("(", r"\(")):
        read_examples(sheet(tmp_path, text), "tastes.yaml", SCALES)
