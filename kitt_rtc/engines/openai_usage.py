"""What an answer cost in tokens: as its server counts, or estimated where it does not say."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from kitt_rtc.ports import Usage

_CHARACTERS = 4
"""Of a token, in English and nearly so in French: for servers that do not count, and answers given up half-way."""
_MOST = 10_000_000
"""A server that counts more has miscounted."""


def usage_of(answer: Any, asked: Sequence[Mapping[str, str]], written: str) -> Usage:
    """`answer`: whatever may carry the server's own count; `written`: what it wrote."""
    told = getattr(answer, "usage", None)
    tokens_in, tokens_out = (getattr(told, name, None) for name in ("prompt_tokens", "completion_tokens"))
    if _counts(tokens_in) and _counts(tokens_out):
        return Usage(tokens_in, tokens_out)
    return estimate(asked, written)


def estimate(asked: Sequence[Mapping[str, str]], written: str) -> Usage:
    """From the length of what was asked and of what came."""
    characters = sum(len(message["content"]) for message in asked)
    return Usage(-(-characters // _CHARACTERS), -(-len(written) // _CHARACTERS), estimated=True)


def _counts(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and 0 <= value <= _MOST
