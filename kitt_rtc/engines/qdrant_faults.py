"""Qdrant's client opened, and its exceptions in our words: what is wrong, and what to do about it."""

import sqlite3
from pickle import UnpicklingError
from typing import Any

from kitt_rtc.model.errors import EngineError, EngineRefused, EngineUnavailable


def vendor_errors() -> tuple[type[Exception], ...]:
    """What the client raises. Raises EngineUnavailable where it is not installed."""
    try:
        from qdrant_client.common.client_exceptions import QdrantException
        from qdrant_client.http.exceptions import ApiException
    except ImportError as error:
        raise EngineUnavailable("qdrant", "qdrant-client is not installed: pip install qdrant-client") from error
    return ApiException, QdrantException, OSError, sqlite3.Error, RuntimeError, ValueError


def open_server(url: str, api_key: str, *, seconds: float) -> Any:
    from qdrant_client import QdrantClient

    return QdrantClient(url=url, api_key=api_key or None, timeout=max(1, round(seconds)), check_compatibility=False)


def open_folder(engine: str, folder: str) -> Any:
    from qdrant_client import QdrantClient

    try:
        return QdrantClient(path=folder)
    except (ValueError, KeyError, TypeError, AttributeError, UnpicklingError, EOFError) as error:
        raise EngineUnavailable(
            engine, f"The knowledge base in {folder} is damaged: delete the folder and ingest again"
        ) from error


def in_our_words(error: Exception, engine: str, *, url: str, folder: str) -> EngineError:
    place = "Qdrant's server (QDRANT_URL)" if url else f"the folder {folder}"
    status = getattr(error, "status_code", None)
    if "already accessed" in str(error):
        return EngineUnavailable(
            engine,
            f"Another process uses {place}. Stop it, give this one its own DATA_FOLDER, "
            "or run a Qdrant server for both and set QDRANT_URL.",
        )
    if status in {401, 403}:
        return EngineRefused(engine, f"{place} refuses the key: check QDRANT_API_KEY")
    if status == 404:
        return EngineUnavailable(engine, f"The collection is gone from {place}; ingest again", retryable=True)
    if status is not None and status < 500 and status != 429:
        return EngineRefused(engine, f"{place} refuses the request with status {status}")
    if url:
        return EngineUnavailable(engine, f"{place} does not answer; is it running?", retryable=True)
    if isinstance(error, OSError | sqlite3.Error):
        detail = f"{place} cannot be read or written ({type(error).__name__}): check its rights and the free space"
        return EngineUnavailable(engine, detail, retryable=True)
    return EngineUnavailable(engine, f"{place} cannot be used ({type(error).__name__})")
