"""How a word sounds, roughly, to a French and to an English ear: "Hikvision" and "hick vision" sound the same."""

import re
from functools import lru_cache

from kitt_rtc.model.words import fold

_STEPS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"tch|sch|sh|ch", "C"),
        (r"gh(?=t|$)", ""),
        (r"h", ""),
        (r"ck|qu|q", "k"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"x", "ks"),
        (r"g(?=[eiy])|j", "J"),
        (r"eau|au|ow|oa", "o"),
        (r"ou|oo|ew|u", "u"),
        (r"igh|ai|ei|ay|ey", "e"),
        (r"ee|ea|ie|y", "i"),
        (r"w", "v"),
        (r"z", "s"),
        (r"(?<=[^aeiou])e(?=s?$)", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=4_096)
def sound_of(text: str) -> str:
    """Alike for words that sound alike; empty for no letters at all."""
    sound = fold(text).replace(" ", "")
    for pattern, replacement in _STEPS:
        sound = pattern.sub(replacement, sound)
    return sound


def apart(one: str, other: str, *, most: int) -> int:
    """How many letters must be put in, left out or changed; `most` + 1 when it is more than `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        diagonal, row[0] = row[0], number
        for column, against in enumerate(other, start=1):
            diagonal, row[column] = (
                row[column],
                min(diagonal + (letter != against), row[column] + 1, row[column - 1] + 1),
            )
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
