"""Words that are there twice: a loop that an engine fell into, or its own prompt given back."""

from collections.abc import Iterable, Sequence

LOOP_TURNS = 8
"""The same words so often are a loop, or somebody who is very angry."""
SURE_LOOP_TURNS = 16
"""Nobody is as angry as that."""
_LONGEST_TURN = 4
_ECHO_WORDS = 4
"""A shorter text may stand in the prompt by chance: people say "oui" twice."""
_ECHO_TERMS = 3
"""Somebody may well answer with one word of the trade, or two."""


def turns(words: Sequence[str]) -> int:
    """How often the same one to four words follow each other, at most."""
    return max((_turns(words, size) for size in range(1, _LONGEST_TURN + 1)), default=0)


def is_echo(words: Sequence[str], hint: str, terms: Iterable[str]) -> bool:
    """Were these folded words all in what the engine was told, and in that order? `hint` and `terms` are folded."""
    if len(words) >= _ECHO_WORDS and f" {' '.join(words)} " in f" {hint} ":
        return True
    known = [term.split() for term in terms]
    return (
        len(words) >= _ECHO_TERMS
        and sum(_holds(words, term) for term in known) >= _ECHO_TERMS
        and set(words) <= {word for term in known for word in term}
    )


def _turns(words: Sequence[str], size: int) -> int:
    """A turn is `size` words; one turn is no repeat."""
    longest = same = 0
    for place in range(size, len(words)):
        same = same + 1 if words[place] == words[place - size] else 0
        longest = max(longest, same)
    return longest // size + 1


def _holds(words: Sequence[str], term: Sequence[str]) -> bool:
    return any(list(words[place : place + len(term)]) == list(term) for place in range(len(words)))
