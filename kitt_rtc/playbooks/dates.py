"""Dates as people say them, also by what lies between: "next Tuesday", "d'ici fin mars", "in two weeks"."""

import re
from collections.abc import Sequence

_DAY = (
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
)
_MONTH = (
    r"(?:january|february|april|june|july|august|september|october|november|december|janvier|f[ée]vrier|avril|juin"
    r"|juillet|ao[uû]t|septembre|octobre|novembre|d[ée]cembre|March\b|mars)"
)
_MAY = rf"(?:{_MONTH}|May|mai)"
"""Only beside a number or a "by" is "may" a month."""
_COUNT = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|ninety|une?|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze"
    r"|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante|soixante|et)"
)
_NUMBER = rf"(?:\d{{1,3}}|a couple of|a few|quelques|an?|the next few|{_COUNT}(?:[ -]{_COUNT}){{0,3}})"
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth"
    r"|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
    r"|(?:twenty|thirty)[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))"
)
_SPAN = (
    r"(?:days?|weeks?|months?|quarters?|years?|hours?|fortnights?|jours?|semaines?|mois|trimestres?|ans?|heures?"
    r"|quinzaine|huitaine|dizaine de jours)"
)
_ALONE = r"(?=$|[,.!?;…]| (?:at|and|to|or|if|is|for|please|around|in|we|i|you|à|vers|et|ou|pour|si|je|on|matin|soir)\b)"
"""What comes after a bare number of a day; before anything else it counts something else ("the first floor")."""
_PART = r"(?:matin|soir|apr[eè]s-midi|morning|afternoon|evening|night)"
_PERIOD = r"(?:day|week(?:end)?|month|quarter|year|spring|summer|autumn|fall|winter)"
_PERIODE = r"(?:journ[ée]e|matin[ée]e|semaine|mois|trimestre|ann[ée]e|semestre|printemps|[ée]t[ée]|automne|hiver|an)"
_BY = r"(?:(?:by|before|until|till|from|since|this|next|last|end of|early|late|mid|the end of|beginning of)[ -])*"
_AVANT = (
    r"(?:(?:d['’]ici(?: [àa])?|avant|depuis|pour|dès|à partir de|la fin (?:de |du )?|fin|d[ée]but|courant|mi|en"
    r"|ce|le)(?:[ -]|(?<=['’])))*"
)
_YEAR = r"(?: (?:19|20)\d\d)?"
_TIME = r"(?: (?:at|à|around|vers) (?:\d{1,2}(?:[:h]\s?\d{2}|\s?h(?:eures?)?)?(?:\s?[ap]\.?m\.?)?|noon|midi))?"

_LEAD = rf"(?:{_BY}|{_AVANT})"
_WRITTEN = (r"\d{4}-\d{2}-\d{2}", r"\d{1,2}/\d{1,2}(?:/\d{2,4})?")
_NAMED = (
    rf"{_DAY} week\b|a week on {_DAY}",
    rf"{_LEAD}(?:the )?(?:{_DAY},? )?(?:le |the )?\d{{1,2}}(?:st|nd|rd|th|er)? (?:of )?{_MAY}{_YEAR}{_TIME}",
    rf"{_BY}(?:{_DAY},? )?{_MAY} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?\b(?:,? (?:19|20)\d\d)?{_TIME}",
    rf"{_LEAD}{_DAY}(?: (?:prochaine?|dernier|en huit|{_PART}|next week))*"
    rf"(?: (?:le |the )?\d{{1,2}}(?:st|nd|rd|th)?\b(?! ?[€$%h]))?{_TIME}",
    rf"{_LEAD}{_MONTH}(?: (?:prochain|dernier))?{_YEAR}",
    r"(?:by|before|until|in|end of|early|late|mid|next|since|last)[ -]May\b",
    r"(?:fin|d[ée]but|en|avant|mi|courant|d['’]ici)[ -]mai\b",
    rf"{_LEAD}(?:the )?{_ORDINAL} (?:of )?{_MAY}{_YEAR}",
    rf"{_LEAD}(?:le |the )?{_COUNT}(?:[ -]{_COUNT}){{0,2}} {_MAY}{_YEAR}",
    rf"(?:du|from) \d{{1,2}} (?:au|to) \d{{1,2}}(?: {_MAY})?{_YEAR}",
    r"(?:by|before|on|until) the \d{1,2}(?:st|nd|rd|th)\b",
    rf"the \d{{1,2}}(?:st|nd|rd|th){_ALONE}|(?:(?:by|before|on|until) )?the {_ORDINAL}{_ALONE}",
    rf"le (?:\d{{1,2}}|(?!un\b|une\b){_COUNT}(?:[ -]{_COUNT}){{0,2}}){_ALONE}",
    r"in (?:early |late )?march\b",
    r"(?:avant|d['’]ici|dès|pour) le \d{1,2}\b(?! ?[€%])",
    r"(?:in|by|before|since|until|en|avant|depuis|d['’]ici) 20\d\d\b",
)
_RELATIVE = (
    rf"(?:(?:by|before|until|within|for) )?(?:the )?(?:end|start|beginning|middle|first half|second half) of "
    rf"(?:the |this |next )?{_PERIOD}",
    rf"(?:(?:by|before|until|for) )?(?:next|this|last|early next|later this|late this) {_PERIOD}\b",
    rf"(?:d['’]ici (?:à )?|avant |vers |pour |à )?(?:la |en )?(?:fin|mi|d[ée]but)[ -]"
    rf"(?:de la |de l['’]|du |d['’]|de )?{_PERIODE}(?: prochaine?)?",
    rf"(?:d['’]ici |avant |pour |depuis |dès )?(?:la |le |l['’]|au |du )?{_PERIODE} (?:prochaine?|derni[èe]re?)\b",
    r"(?:d['’]ici |avant )?(?:cette|ce|cet) "
    r"(?:semaine|mois-ci|trimestre|ann[ée]e|soir|apr[eè]s-midi|week-end|[ée]t[ée]|automne|hiver)\b",
    rf"(?:(?:by|before|until) )?(?:the day after tomorrow|tomorrow)(?: {_PART})?{_TIME}",
    r"(?:by|before) (?:today|tonight)|tonight\b",
    rf"(?:(?:since|from|depuis) )?(?:the day before yesterday|yesterday|avant-hier|hier)(?: {_PART})?\b",
    r"(?:(?:by|before|at|over|until) the|this) weekend|(?:(?:d['’]ici|avant|pour) le|ce) week-end",
    r"(?:in|within|over) the (?:next|coming) (?:few )?(?:days|weeks|months)|later (?:in the|this) (?:week|month|year)",
    r"(?:dans |sous )?(?:les|ces) (?:quelques )?prochaine?s (?:jours|semaines|mois)",
    r"(?:dans )?les (?:jours|semaines|mois) (?:qui viennent|à venir)",
    r"(?:in|by|before|after) the new year|(?:in|last|this|next|over the|in the) (?:spring|summer|autumn|winter)",
    r"(?:au|ce) printemps|(?:à|en|cet) (?:l['’])?(?:[ée]t[ée]|automne|hiver)\b",
    r"(?:dans le )?courant (?:du mois|de la semaine)",
    r"(?:(?:au|du|le) )?(?:premier|second|deuxi[eè]me) semestre(?: de l['’]ann[ée]e prochaine)?",
    rf"(?:d['’]ici |avant |pour )?(?:apr[eè]s-)?demain(?: {_PART})?{_TIME}",
    rf"(?:in|within|inside) (?:the next |about )?{_NUMBER} {_SPAN}|{_NUMBER} {_SPAN} ago",
    rf"(?:dans|sous|d['’]ici) (?:les |environ )?{_NUMBER} {_SPAN}|il y a {_NUMBER} {_SPAN}",
    r"(?:(?:by|before|until|in) )?(?:the )?(?:first|second|third|fourth|last) quarter",
    r"(?:(?:au|du|le) )?(?:premier|deuxi[eè]me|troisi[eè]me|quatri[eè]me|dernier) trimestre",
    r"(?:(?:by|before|in|avant|au|d['’]ici) )?(?:Q[1-4]|T[1-4])(?: (?:19|20)\d\d)?\b",
    r"(?:by|before|until|after|avant|apr[eè]s|pour|à) (?:la |les |the )?"
    r"(?:rentr[ée]e|Christmas|Easter|No[eë]l|vacances|f[êe]tes|holidays)",
)
_DATE = re.compile(rf"\b(?:{'|'.join((*_WRITTEN, *_NAMED, *_RELATIVE))})\b", re.IGNORECASE)
_NOT_CAPITAL = re.compile(r"(?<!in )(?<!early )(?<!late )\bmarch\b")
_EVERY = re.compile(r"\b(?:every|each|chaque|tous les|toutes les|à la|(?:at|by) the end of every) $", re.IGNORECASE)
"""Before what comes again and again, and is no date."""


def dates_in(text: str) -> Sequence[str]:
    """As they were said, in the order said."""
    found = (match for match in _DATE.finditer(text) if not _EVERY.search(text, 0, match.start()))
    dates = (match.group().strip(" ,-") for match in found)
    return [date for date in dates if not _NOT_CAPITAL.search(date)]
