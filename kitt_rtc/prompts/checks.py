"""Is what a model wrote fit to be read by a person? By form, length, language, addresses, leaks and echoes.

The law (contract N9): an answer that fails is not shown, whatever else it says; the rules answer in its stead. A link
or a number to call is only ever the house's own (prompts/contacts.py).
"""

import re
import unicodedata
from collections.abc import Iterable

from kitt_rtc.model.words import fold, subject_words, telltales, word_count
from kitt_rtc.prompts.contacts import strange_contacts
from kitt_rtc.prompts.leak import leaks
from kitt_rtc.prompts.orders import speaks_to_a_machine
from kitt_rtc.prompts.prompt import Prompt

_MOST_WORDS = 90
"""Of one text; the longest that any form asks for has forty."""
_LEAD = 2
"""So many small words of another language more than of ours tell it is written in that one."""
_RUN = 6
"""So many words of a caller in a row are said after him, not thought about what he said."""
_PART = 0.9
"""Of a text's subject words, the part that one line of a caller may not have."""
_MARKUP = re.compile(r"[<>{}|`]|\*\*|__|\[\[|\]\]|\]\(|^\s*#|\\u[0-9a-f]{4}", re.MULTILINE)
_SELF = re.compile(
    r"\b(system prompt|prompt systeme|(my|mes|these|ces|previous|above) (\w+ )?(instructions|rules|regles|consignes)"
    r"|as an ai|as a language model|en tant qu (ia|assistant|intelligence artificielle)|language model"
    r"|modele de langage|i (was|am|have been) (told|instructed|programmed|asked) to"
    r"|(on m a|j ai recu) (demande|ordonne|\w* ?instruction)|tips already given|cards of the house|told already"
    r"|open questions|already asked|i am (now )?(an? )?(ai|assistant|dan)|chatgpt|openai"
    r"|i (must|can) not (tell|reveal)|quoted (material|speech)|paroles citees|jailbr)"
)
_TOPIC = re.compile(r"\b(objection|pain|discovery|next_step|budget|clarify|kb)\.[a-z_]+")
"""A name that only the house has for what it advises on."""
_STRANGERS = {
    "es": "el los las usted ustedes pero muy hola gracias está para por qué señor cliente precio con",
    "de": "der das und ist nicht sie mit eine für auf ich wir den dem ein kunde preis",
    "it": "che sono gli della questo questa per più molto grazie cliente prezzo di con",
    "pt": "não você uma para muito obrigado preço cliente com dos",
    "nl": "het een niet van voor zijn klant prijs dat wij",
}
_ECHOING = frozenset({"coach", "clarify", "summary_rep"})
"""Prompts whose answers have to say something of their own."""


def fault_of(text: str, prompt: Prompt, *, own_words: bool = False) -> str:
    """What is wrong with it, in a word: "form", "length", "language", "address", "leak", "order", "echo"; or nothing.

    `own_words`: it has to be more than what somebody said before.
    """
    if not text.strip():
        return ""
    if _MARKUP.search(text) or any(unicodedata.category(sign) in {"Cc", "Cf", "Co"} for sign in text if sign != "\n"):
        return "form"
    if word_count(text) > _MOST_WORDS:
        return "length"
    if _is_foreign(text, prompt.language):
        return "language"
    if _strange_addresses(text, prompt):
        return "address"
    if leaks(text, prompt) or _SELF.search(fold(text)) or _TOPIC.search(text):
        return "leak"
    if speaks_to_a_machine(text):
        return "order"
    return "echo" if own_words and prompt.name in _ECHOING and _is_echo(text, prompt) else ""


def _is_foreign(text: str, language: str) -> bool:
    """Is it written in another language than the call's?"""
    letters = [letter for letter in text if letter.isalpha()]
    if sum("LATIN" not in unicodedata.name(letter, "") for letter in letters) > len(letters) / 5:
        return True
    found = telltales(text)
    mine = found.get(language, 0)
    if any(hits - mine >= _LEAD for other, hits in found.items() if other != language):
        return True
    words = re.findall(r"\w+", text.lower())
    strangers = (sum(word in told.split() for word in words) for told in _STRANGERS.values())
    return max(strangers) >= max(_LEAD, mine + 1)


def _strange_addresses(text: str, prompt: Prompt) -> bool:
    """Of an answer any but a device's own: an article's stand in its quote."""
    ours = () if prompt.name == "answer" else (block.text for block in prompt.material if block.house)
    return strange_contacts(text, ours)


def _is_echo(text: str, prompt: Prompt) -> bool:
    words, meant = fold(text).split(), subject_words(text)
    ours = f" {fold(' '.join(block.text for block in prompt.material if block.house))} "
    runs = [" ".join(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)]
    for line in _spoken(prompt):
        folded = f" {fold(line)} "
        if any(f" {run} " in folded and f" {run} " not in ours for run in runs):
            return True
        if meant and len(meant & subject_words(line)) >= _PART * len(meant) and not all(word in ours for word in meant):
            return True
    return False


def _spoken(prompt: Prompt) -> Iterable[str]:
    heard = (block for block in prompt.material if not block.house and not block.told)
    return (line.partition(":")[2] for block in heard for line in block.text.split("\n"))
