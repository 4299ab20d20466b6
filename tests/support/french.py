"""Where French can be heard on this machine: weights that `make tools` fetches, and the library that reads them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec

import pytest

from evals.hearing.french_weights import FOLDER
from kitt_rtc.engines.whisper import WhisperOptions, WhisperTranscriber

WEIGHTS = str(FOLDER)
heard_here = pytest.mark.skipif(
    not FOLDER.is_dir() or not all(map(find_spec, ("faster_whisper", "py_nanotts"))),
    reason="no French weights here: make tools fetches them, pip install 'kitt-rtc[whisper,tts]' what reads and speaks",
)


@asynccontextmanager
async def french_ear(**options: object) -> AsyncIterator[WhisperTranscriber]:
    """A transcriber with real weights."""
    engine = WhisperTranscriber(WhisperOptions(WEIGHTS, **options))  # type: ignore[arg-type]
    try:
        await engine.warm()
        yield engine
    finally:
        await engine.close()
