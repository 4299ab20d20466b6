"""The customer as quoted material for a model: what the house knew of them before the call.

The law: a profile was typed by people and taught by calls, so it is data like the call itself (contract N9).
"""

from collections.abc import Sequence

from kitt_rtc.model.profile import Profile, text_of
from kitt_rtc.model.words import clip
from kitt_rtc.prompts.prompt import Material

_TOLD = ("name", "company", "position", "products", "competitors", "needs", "objections", "commitments", "notes")
"""Not the number: no advice needs it."""
_LINE_CHARACTERS = 240
_MOST_LINES = 6
"""Of a field, the newest."""


def customer(profile: Profile | None) -> list[Material]:
    """One line per thing known; nothing where nobody is known.

    The last line is ours: a block that ends with words to a machine counts as just said, and would keep the model from
    every turn of the call.
    """
    if profile is None:
        return []
    lines = [line for name in _TOLD for line in _lines(profile, name)]
    return [Material("Customer profile", "\n".join((*lines, f"version: {profile.version}")))]


def _lines(profile: Profile, name: str) -> Sequence[str]:
    items = [item for item in text_of(profile, name).splitlines() if item.strip()]
    return [f"{name}: {clip(item, _LINE_CHARACTERS)}" for item in items[-_MOST_LINES:]]
