"""What a language model is asked: our instructions, and apart from them the material it works on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Material:
    """A block of quoted data: words of a call, or a passage of an article. Never instructions."""

    label: str
    text: str
    house: bool = False
    """Written by the house: cards, articles. Addresses and telephone numbers in an answer may come from there alone."""
    told: bool = False
    """Told by us before, perhaps in a model's words: neither the house's nor anybody's proof."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question to a model.

    Only `instructions` speaks with our voice. Whatever a caller said or an article says stands in `material`, which an
    engine sends as data in the user's role (contract N9: speech is data).
    """

    name: str
    """Which prompt this is, for metrics and logs: "coach", "clarify", …"""
    instructions: str
    material: tuple[Material, ...] = ()
    language: str = "en"
    """Two letters: the language of the answer."""
    seconds: float = 6.0
    """The deadline of the whole answer, retries included."""
    vouched: str = ""
    """More words of the house that an answer may be made of; not sent."""
    own_wording: bool = False
    """May advice made of the house's ideas stand in the model's words? The operator's choice; not sent."""
