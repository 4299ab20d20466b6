"""Mood and urgency by what a sentence means, where no words tell them: it is like the examples of feelings.yaml.

The law: words go first, and a doubtful likeness is none, for a wrong mood is worse than no mood.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.tone import MOODS, URGENCIES
from kitt_rtc.playbooks.cues import LANGUAGES
from kitt_rtc.playbooks.examples import Example, Learnt, read_examples
from kitt_rtc.ports import Embedder

log = logging.getLogger(__name__)

SCALES: Mapping[str, Sequence[str]] = MappingProxyType({"mood": MOODS, "urgency": URGENCIES})
_SHEET = "feelings.yaml"
_AGAIN_SECONDS = 30.0
"""Before an embedder that was away is asked again."""


@dataclass(frozen=True, slots=True)
class FeelingOptions:
    """Chosen on the examples themselves, each weighed by all but itself and its like in the other language."""

    mood: float = 0.1
    """So much likelier than calm."""
    urgency: float = 0.0
    """So much likelier than none."""
    least_words: int = 2
    seconds: float = 0.5
    """A reading waits no longer for what was just said."""


@dataclass(frozen=True, slots=True)
class Feeling:
    """Of one sentence."""

    mood: str = ""
    urgency: str = ""


Felt = Mapping[str, Feeling]
"""By sentence, as it was said; those that let feel nothing are not there."""
NOTHING_FELT: Felt = MappingProxyType({})


class Feelings:
    """Learns the examples once, beside the calls; until then nothing is felt."""

    def __init__(
        self, examples: Sequence[Example], embedder: Embedder | None, options: FeelingOptions = FeelingOptions()
    ) -> None:
        """Without an embedder nothing is felt."""
        self._examples = examples
        self._embedder = embedder
        self._options = options
        self._learnt: Learnt | None = None

    @classmethod
    def load(cls, embedder: Embedder | None, folder: Traversable | None = None) -> "Feelings":
        """From `<folder>/<language>/feelings.yaml`; ours by default. Raises SettingsError with file and line.

        The examples of all languages are learnt together: what is felt is the same in any.
        """
        root = files("kitt_rtc.playbooks").joinpath("lexicon") if folder is None else folder
        sheets = {f"lexicon/{language}/{_SHEET}": root.joinpath(language, _SHEET) for language in LANGUAGES}
        found = (read_examples(sheet, name, SCALES) for name, sheet in sheets.items() if sheet.is_file())
        return cls([example for examples in found for example in examples], embedder)

    async def run(self) -> None:
        """Learn, however often that takes; then there is nothing more to do."""
        while True:
            try:
                return await self.learn()
            except EngineError as error:
                log.warning("feelings not learnt", extra={"code": error.code})
                await asyncio.sleep(_AGAIN_SECONDS)

    async def learn(self) -> None:
        """Place every example. Raises EngineError."""
        if self._embedder is not None and self._examples and self._learnt is None:
            self._learnt = await Learnt.of(self._examples, SCALES, self._embedder)

    async def of(self, sentences: Sequence[str]) -> Felt:
        """Nothing while the examples are not learnt, or the embedder is late or away."""
        said = [one for one in dict.fromkeys(sentences) if len(one.split()) >= self._options.least_words]
        if self._embedder is None or self._learnt is None or not said:
            return NOTHING_FELT
        try:
            async with asyncio.timeout(self._options.seconds):
                vectors = await self._embedder.embed(said)
        except TimeoutError:
            log.info("nothing felt", extra={"code": "deadline"})
            return NOTHING_FELT
        except EngineError as error:
            log.warning("nothing felt", extra={"code": error.code})
            return NOTHING_FELT
        found = {one: self._feeling(self._learnt, vector) for one, vector in zip(said, vectors, strict=True)}
        return {one: feeling for one, feeling in found.items() if feeling != Feeling()}

    def _feeling(self, learnt: Learnt, vector: Sequence[float]) -> Feeling:
        weighed = learnt.weigh(vector)
        mood, urgency = weighed["mood"], weighed["urgency"]
        return Feeling(
            mood.value if mood.ahead >= self._options.mood else "",
            urgency.value if urgency.ahead >= self._options.urgency else "",
        )
