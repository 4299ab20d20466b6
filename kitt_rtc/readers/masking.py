"""What is private in words: card numbers, bank accounts, telephone numbers and e-mail addresses become their names."""

import re

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MAYBE_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,}", re.IGNORECASE)
_MAYBE_CARD = re.compile(r"(?<![\w+])\d(?:[ .-]?\d){12,}(?!\w)")
_PHONE = re.compile(
    r"(?<![\w.])(?:"
    r"(?:\+|00)[ ]?\d(?:[ .()/-]{0,2}\d){6,14}"  # international
    r"|0(?:[ .-]?\d){9,10}"  # France, Belgium, Switzerland, the United Kingdom
    r"|(?:1[ .-]?)?(?:\([2-9]\d{2}\)[ ]?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}"  # North America
    r")(?!\w)"
)
_IBAN_SIGNS = range(34, 14, -1)
_CARD_DIGITS = range(13, 20)


def masked(text: str) -> str:
    """The text with [card], [iban], [phone] and [email] in the place of what they name."""
    text = _EMAIL.sub("[email]", text)
    text = _MAYBE_IBAN.sub(_without_iban, text)
    text = _MAYBE_CARD.sub(_without_card, text)
    return _PHONE.sub("[phone]", text)


def _without_iban(found: re.Match[str]) -> str:
    """The longest beginning that is an account is taken out; the sentence may go on behind it."""
    text = found.group()
    places = [place for place, sign in enumerate(text) if sign.isalnum()]
    for count in _IBAN_SIGNS:
        if count <= len(places) and _is_iban("".join(text[place] for place in places[:count])):
            return "[iban]" + text[places[count - 1] + 1 :]
    return text


def _without_card(found: re.Match[str]) -> str:
    """A run of digits with a card number anywhere in it goes as a whole: date and code often stand beside it."""
    digits = [int(sign) for sign in found.group() if sign.isdigit()]
    windows = (digits[start : start + count] for count in _CARD_DIGITS for start in range(len(digits) - count + 1))
    return "[card]" if any(map(_is_card, windows)) else found.group()


def _is_card(digits: list[int]) -> bool:
    """Luhn's check, ISO/IEC 7812-1, on a number that begins as a payment card's does."""
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return 2 <= digits[0] <= 6 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_iban(signs: str) -> bool:
    """The check of ISO 13616: the number, its head moved to the end, leaves 1 when divided by 97."""
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1
