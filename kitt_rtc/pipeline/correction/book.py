"""What the rules must know of a language: its units, months, letters and idioms, from `<language>.yaml`."""

from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

import yaml

from kitt_rtc.pipeline.correction.phrases import Phrases

LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Book:
    """The sheet says what each list is for."""

    percent: Phrases
    money: Phrases
    cents: Phrases
    units: Phrases
    months: Phrases
    designators: Phrases
    phone: Phrases
    clock_openers: Phrases
    clock_closers: Phrases
    year_openers: Phrases
    ones: Phrases
    idioms: Phrases
    multiplied: Phrases
    vague: Phrases
    roughly: Phrases
    between: Phrases
    halves: Phrases
    minutes: Phrases
    at: Phrases
    dot: Phrases
    dash: Phrases
    underscore: Phrases
    plus: Phrases
    slash: Phrases
    spelled_as: Phrases
    twice: Phrases
    thrice: Phrases
    oh: Phrases
    alphabet: Phrases
    providers: Phrases
    multipliers: Phrases
    versions: Phrases
    mail: Phrases
    owners: Phrases
    enumerated: Phrases
    address_openers: Phrases
    domains: Phrases
    sites: Phrases
    no_sites: Phrases
    slips: Phrases


@cache
def book_of(language: str) -> Book | None:
    """The book of a language, read once; None for one that no rule knows."""
    if language not in LANGUAGES:
        return None
    sheet = yaml.safe_load(files("kitt_rtc.pipeline.correction").joinpath(f"{language}.yaml").read_text("utf-8"))
    return Book(**{entry.name: Phrases(str(sheet.get(entry.name) or "").split(",")) for entry in fields(Book)})
