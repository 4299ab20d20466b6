"""Does an answer give our instructions away? A model talked into reciting them is not believed (contract N9)."""

from kitt_rtc.model.words import fold
from kitt_rtc.prompts.prompt import Prompt

RUN = 9
"""So many words of the instructions in a row are no accident."""


def leaks(answer: str, prompt: Prompt) -> bool:
    """True when the answer repeats a run of the prompt's instructions word for word."""
    said, ours = fold(answer).split(), f" {fold(prompt.instructions)} "
    runs = (" ".join(said[start : start + RUN]) for start in range(len(said) - RUN + 1))
    return any(f" {run} " in ours for run in runs)
