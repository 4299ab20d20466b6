"""What each text of each form has to be made of, and what becomes of one that is not (contract N9).

The law: advice is the house's, a question asks for one of our open questions, an answer stands in its article, and
what is said of a call was said in it. A text on which everything hangs is refused with its form; one beside it is left
empty, and the rules' own words stand in its place.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kitt_rtc.model.words import fold, sentences, subject_words
from kitt_rtc.prompts.counsel import counsel_fault, label_fault, matter_fault
from kitt_rtc.prompts.ground import Ground, stem
from kitt_rtc.prompts.ideas import ideas_in, ideas_of
from kitt_rtc.prompts.orders import steps_for_people
from kitt_rtc.prompts.prompt import Prompt
from kitt_rtc.prompts.wording import is_fit, is_label

_LEAST_OF_ARTICLE = 0.6
"""Of an answer's words, the part that has to stand in the passages, as they are or as ideas."""
_LEAST_OF_CALL = 0.5
"""Of a statement on a call, the part that has to have been said in it."""
_SALE, _REPAIR = ("sale",), ("sale", "technique")

Check = Callable[[str, Prompt], str]
"""What is wrong with a text, in a word; empty: nothing."""


def _counsel(text: str, prompt: Prompt) -> str:
    """In a model's own words it stands only as far as `wording.py` or the operator lets it; else the house words it."""
    ground = Ground.of(prompt, *_SALE)
    return counsel_fault(text, ground) or ("" if prompt.own_wording or is_fit(text, ground) else "not ours")


def _matter(text: str, prompt: Prompt) -> str:
    return matter_fault(text, Ground.of(prompt, *_REPAIR))


def _label(text: str, prompt: Prompt) -> str:
    return label_fault(text, Ground.of(prompt, *_REPAIR)) or ("" if is_label(text) else "not ours")


def _unproven(text: str, prompt: Prompt) -> str:
    """Why, and what for, is told by the words of the call themselves: nothing proves a model's."""
    return "unproven"


def _question(text: str, prompt: Prompt) -> str:
    """About the repair, and about something that we would ask ourselves."""
    ground = Ground.of(prompt, *_REPAIR)
    asked = any(stem(word) in ground.stems for word in subject_words(text)) or not ideas_in(ground.written).isdisjoint(
        ideas_in(text)
    )
    return matter_fault(text, ground) or ("" if asked else "not ours")


def _answer(text: str, prompt: Prompt) -> str:
    """Each sentence stands in a line of an article that is for people; so does each number."""
    passages = [block.text for block in prompt.material if block.house]
    lines = [line for passage in passages for line in steps_for_people(passage).split("\n")]
    if any(not any(_stands_in(one, line) for line in lines) for one in sentences(text)):
        return "not in the article"
    told = set(fold(" ".join(lines)).split())
    return "sum" if {word for word in fold(text).split() if word.isdigit()} - told else ""


def _stands_in(sentence: str, line: str) -> bool:
    words, stems, ideas = subject_words(sentence), {stem(word) for word in fold(line).split()}, ideas_in(line)
    known = sum(stem(word) in stems or bool(ideas_of(word) & ideas) for word in words)
    return known >= _LEAST_OF_ARTICLE * len(words)


def _statement(text: str, prompt: Prompt) -> str:
    """On the call: about a sale or a repair, and in words that were said."""
    ground = Ground.of(prompt, *_REPAIR)
    if fault := matter_fault(text, ground):
        return fault
    said, ideas = {stem(word) for word in ground.said.split()}, ideas_in(ground.said)
    words = subject_words(text)
    known = sum(stem(word) in said or bool(ideas_of(word) & ideas) for word in words)
    return "" if known >= _LEAST_OF_CALL * len(words) else "not said"


_REFUSED: Mapping[tuple[str, str], Check] = MappingProxyType(
    {
        ("clarify", "question"): _question,
        ("answer", "answer"): _answer,
        ("summary_rep", "next_time"): _counsel,
        ("context_coaching", "label"): _label,
    }
)
_EMPTIED: Mapping[tuple[str, str], Check] = MappingProxyType(
    {
        ("coach", "say"): _counsel,
        ("coach", "title"): _unproven,
        ("coach", "avoid"): _unproven,
        ("coach", "reason"): _unproven,
        ("context_coaching", "phase_reason"): _unproven,
        ("context_coaching", "issue"): _unproven,
        ("context_support", "issue"): _statement,
        ("duplicate", "reason"): _matter,
        ("summary_client", "text"): _label,
        ("summary_rep", "text"): _label,
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
