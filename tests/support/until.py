"""Waiting for an outcome, instead of for a time."""

import asyncio
from collections.abc import Callable

_PATIENCE_SECONDS = 10.0


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until this holds; TimeoutError when it never does."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 (what is waited for has no bell)
            await asyncio.sleep(0)
