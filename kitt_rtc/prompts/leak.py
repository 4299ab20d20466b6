"""Does an answer give our instructions away? A model talked into reciting them is not believed (contract N9)."""

from collections.abc import Iterator
from functools import cache

from kitt_rtc.model.words import fold
from kitt_rtc.prompts.library import LANGUAGES, Library
from kitt_rtc.prompts.prompt import Prompt

RUN = 9
"""So many words of the instructions in a row are no accident."""
_PROMPTS = (
    "answer", "clarify", "coach", "context_coaching", "context_support", "duplicate", "query", "summary_client",
    "summary_rep",
)  # fmt: skip


def leaks(answer: str, prompt: Prompt) -> bool:
    """True when the answer repeats a run of the prompt's instructions word for word, or of any of our prompts."""
    said = set(_runs(answer))
    return not said.isdisjoint(_ours()) or not said.isdisjoint(_runs(prompt.instructions))


@cache
def _ours() -> frozenset[str]:
    """A model asked for one form knows none of the others; what recites them was told by somebody."""
    library = Library()
    texts = (library.text(name, language, answer_language="") for name in _PROMPTS for language in LANGUAGES)
    return frozenset(run for text in texts for run in _runs(text))


def _runs(text: str) -> Iterator[str]:
    words = fold(text).split()
    return (" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1))
