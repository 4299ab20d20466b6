"""Facts as rows of the store's tables, and back."""

import json
import logging
import time
from collections.abc import Iterable, Sequence
from typing import Any

from kitt_rtc.model.errors import BadMessage
from kitt_rtc.model.facts import CallEnded, CallStarted, Entry, Fact, InsightGiven, SummaryWritten, UtteranceHeard
from kitt_rtc.model.words import fold
from kitt_rtc.wire import data_of, fact_from, name_of

logger = logging.getLogger(__name__)


def row_of(call_id: str, entry: Entry) -> tuple[Any, ...]:
    """(call_id, seq, at, type, body, words)."""
    fact = entry.fact
    return (call_id, entry.seq, entry.at, name_of(fact), _json(data_of(fact)), fold(_words_of(fact)))


def _json(data: Any) -> str:
    """Readable where it can be; a lone surrogate, which no database takes, is escaped instead."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text if plain(text) == text else json.dumps(data, separators=(",", ":"))


def _words_of(fact: Fact) -> str:
    """What a call can be found by."""
    match fact:
        case UtteranceHeard(utterance=utterance):
            return f"{utterance.speaker.name} {utterance.text}"
        case InsightGiven(insight=insight):
            return f"{insight.title} {insight.content}"
        case SummaryWritten(summary=summary):
            return summary.text
        case _:
            return ""


def listing_of(call_id: str, entries: Iterable[Entry]) -> dict[str, Any]:
    """What these entries say about the call's row in the list of calls; None where they say nothing."""
    listing: dict[str, Any] = dict.fromkeys(("playbook", "language", "started_at", "ended_after", "reason"))
    listing |= {"id": call_id, "supposed_start": time.time()}
    for entry in entries:
        match entry.fact:
            case CallStarted(playbook=playbook, language=language, started_at=started_at):
                listing |= {"playbook": playbook, "language": language, "started_at": started_at}
            case CallEnded(reason=reason):
                listing |= {"ended_after": entry.at, "reason": reason}
            case _:
                pass
    return {key: plain(value) if isinstance(value, str) else value for key, value in listing.items()}


def entries_of(call_id: str, rows: Iterable[Sequence[Any]]) -> list[Entry]:
    """The entries that can be read; one that cannot is told in the log and does not hide the others."""
    known = []
    for row in rows:
        try:
            entry = entry_of(row)
        except (BadMessage, ValueError):
            logger.warning("a stored fact cannot be read", extra={"call": call_id, "seq": row[0]})
            continue
        if entry is not None:
            known.append(entry)
    return known


def entry_of(row: Sequence[Any]) -> Entry | None:
    """The entry of (seq, at, type, body); None when this release does not know its type."""
    seq, at, type_name, body = row
    fact = fact_from(type_name, json.loads(body))
    return None if fact is None else Entry(seq, at, fact)


def same_entry(standing: Sequence[Any], brought: Sequence[Any]) -> bool:
    """Do these rows say the same? An older release may have written the same fact in other letters."""
    try:
        return tuple(standing) == tuple(brought) or entry_of(standing) == entry_of(brought)
    except (BadMessage, ValueError):
        return False


def plain(text: str) -> str:
    """Text that a database takes: a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def containing(text: str) -> str:
    """The pattern of LIKE for any text with this in it."""
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, "\\" + sign)
    return f"%{text}%"
