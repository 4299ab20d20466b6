"""How long passages are: some 100 to 300 words where the article allows, and nothing lost between them."""

from kitt_rtc.documents.articles import read_data
from kitt_rtc.documents.ingest import SAMPLES, read_passages
from kitt_rtc.documents.passages import passages_of

SENTENCE = "Open the valve, wait for a minute and close it again."


def words(text: str) -> int:
    return len(text.split())


def test_no_sample_passage_is_longer_than_300_words_and_short_ones_are_whole_articles():
    for path in sorted(SAMPLES.glob("*.md")):
        lengths = [words(passage.text) for passage in read_passages(path, path.name)]
        assert max(lengths) <= 300, path.name
        assert len(lengths) == 1 or min(lengths) >= 80, path.name


def test_a_long_document_is_cut_between_sentences_into_100_to_300_words_and_loses_none():
    text = "# Valves\n\n" + " ".join(f"Step {number}: {SENTENCE}" for number in range(400))
    passages = passages_of(read_data(text.encode(), "valves.md"), "valves.md")
    assert all(100 <= words(passage.text) <= 300 for passage in passages)
    assert all(passage.text.rstrip().endswith(".") for passage in passages)
    assert sum(words(passage.text) for passage in passages) == 400 * (words(SENTENCE) + 2)
    assert {passage.title for passage in passages} == {"Valves"}
