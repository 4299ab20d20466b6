"""Which passages may be found today, and for which product.

The law: validity is looked at when somebody asks, so that an article begins and ends by itself.
"""

from kitt_rtc.model.findings import Dropped
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query
from kitt_rtc.model.words import fold


def dropped(passage: Passage, query: Query, today: str) -> Dropped | None:
    """Why this passage is not for this query, if it is not. `today` as "2026-11-29"."""
    day = query.on or today
    if passage.valid_until and passage.valid_until < day:
        return Dropped(passage, "expired", passage.valid_until)
    if passage.valid_from and passage.valid_from > day:
        return Dropped(passage, "not_yet_valid", passage.valid_from)
    if query.product and not is_of(passage.product, query.product):
        return Dropped(passage, "product", passage.product)
    return None


def is_of(products: str, wanted: str) -> bool:
    """Is this product among these? What names none is of all."""
    named = f" {fold(products)} ".replace(",", " ")
    return not products.strip() or f" {fold(wanted)} " in named
