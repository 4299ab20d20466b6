"""What each text of each form has to be made of, and what becomes of one that is not (contract N9).

The law: advice is the house's, a question asks for one of our open questions, an answer stands in its article, and
what is said of a call was said in it. A text on which everything hangs is refused with its form; one beside it is left
empty, and the rules' own words stand in its place.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kitt_rtc.model.words import fold, subject_words
from kitt_rtc.prompts.counsel import Ground, counsel_fault, matter_fault, stem
from kitt_rtc.prompts.ideas import ideas_in, ideas_of
from kitt_rtc.prompts.prompt import Prompt

_LEAST_OF_ARTICLE = 0.6
"""Of an answer's words, the part that has to stand in the passages, as they are or as ideas."""
_LEAST_OF_CALL = 0.5
"""Of a statement on a call, the part that has to have been said in it."""
_SALE, _REPAIR = ("sale",), ("sale", "technique")

Check = Callable[[str, Prompt], str]
"""What is wrong with a text, in a word; empty: nothing."""


def _counsel(text: str, prompt: Prompt) -> str:
    return counsel_fault(text, Ground.of(prompt, *_SALE))


def _matter(text: str, prompt: Prompt) -> str:
    return matter_fault(text, Ground.of(prompt, *_REPAIR))


def _question(text: str, prompt: Prompt) -> str:
    return matter_fault(text, Ground.of(prompt, *_REPAIR))


def _answer(text: str, prompt: Prompt) -> str:
    """Reach and numbers are the article's; so is every word, or its idea."""
    ours = " ".join(block.text for block in prompt.material if block.house)
    stems, ideas = {stem(word) for word in fold(ours).split()}, ideas_in(ours)
    words = subject_words(text)
    known = sum(stem(word) in stems or bool(ideas_of(word) & ideas) for word in words)
    if known < _LEAST_OF_ARTICLE * len(words):
        return "not in the article"
    return "sum" if {word for word in words if word.isdigit()} - set(fold(ours).split()) else ""


def _statement(text: str, prompt: Prompt) -> str:
    """On the call: about a sale or a repair, and in words that were said."""
    ground = Ground.of(prompt, *_REPAIR)
    if fault := matter_fault(text, ground):
        return fault
    said, ideas = {stem(word) for word in ground.spoken.split()}, ideas_in(ground.spoken)
    words = subject_words(text)
    known = sum(stem(word) in said or bool(ideas_of(word) & ideas) for word in words)
    return "" if known >= _LEAST_OF_CALL * len(words) else "not said"


_REFUSED: Mapping[tuple[str, str], Check] = MappingProxyType(
    {
        ("coach", "say"): _counsel,
        ("clarify", "question"): _question,
        ("answer", "answer"): _answer,
        ("summary_rep", "next_time"): _counsel,
        ("context_coaching", "label"): _matter,
    }
)
_EMPTIED: Mapping[tuple[str, str], Check] = MappingProxyType(
    {
        ("coach", "title"): _matter,
        ("coach", "avoid"): _matter,
        ("coach", "reason"): _matter,
        ("context_coaching", "phase_reason"): _matter,
        ("context_coaching", "issue"): _matter,
        ("context_support", "issue"): _statement,
        ("duplicate", "reason"): _matter,
        ("summary_client", "text"): _statement,
        ("summary_rep", "text"): _statement,
    }
)


def baseless(name: str, text: str, prompt: Prompt) -> str:
    """Why a form with this text in the field called `name` is refused, or an item left out; empty: it is not."""
    check = _REFUSED.get((prompt.name, name))
    return check(text, prompt) if check and text else ""


def idle(name: str, text: str, prompt: Prompt) -> str:
    """Why this text is left empty; empty: it stays."""
    check = _EMPTIED.get((prompt.name, name))
    return check(text, prompt) if check and text else ""
