"""What a sentence is like: a mood, an urgency, an answer, a yes; by meaning, from the examples of a house's sheets.

The law: words go first, and a doubtful likeness is none, for a wrong mood is worse than no mood.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.tone import MOODS, URGENCIES
from kitt_rtc.playbooks.cues import LANGUAGES
from kitt_rtc.playbooks.examples import Example, Learnt, Scales, Weighed, read_examples
from kitt_rtc.ports import Embedder

log = logging.getLogger(__name__)

SHEETS: Mapping[str, Scales] = MappingProxyType(
    {
        "feelings.yaml": {"mood": MOODS, "urgency": URGENCIES},
        "replies.yaml": {"reply": ("elsewhere", "answers"), "reaction": ("open", "accepts", "refuses")},
    }
)
"""By sheet what its rows may be examples of; the first value is what nothing tells."""
_CUTS: Mapping[str, float] = MappingProxyType({"mood": 0.1, "urgency": 0.0, "reply": 0.2, "reaction": 0.2})
_AGAIN_SECONDS = 30.0
"""Before an embedder that was away is asked again."""


@dataclass(frozen=True, slots=True)
class LikenessOptions:
    cuts: Mapping[str, float] = field(default_factory=lambda: _CUTS)
    """By scale: so much likelier than nothing. Chosen on the examples themselves, each weighed by all but itself and
    its like in the other language, and on the development talks of `evals/coach`."""
    apart: float = 0.05
    """So much likelier than any other value of its scale: of two moods in doubt none is told."""
    least_words: int = 2
    """Of a sentence."""
    seconds: float = 0.5
    """A reading waits no longer for what was just said."""


Alike = Mapping[str, Mapping[str, str]]
"""By sentence, as it was said, its value on each scale; where nothing tells one, there is none."""
NOTHING_ALIKE: Alike = MappingProxyType({})


class Likenesses:
    """Learns the examples once, beside the calls; until then nothing is like anything."""

    def __init__(
        self,
        examples: Mapping[str, Sequence[Example]],
        embedder: Embedder | None,
        options: LikenessOptions = LikenessOptions(),
    ) -> None:
        """`examples` by sheet. Without an embedder nothing is like anything."""
        self._examples = examples
        self._embedder = embedder
        self._options = options
        self._learnt: Sequence[Learnt] = ()

    @classmethod
    def load(cls, embedder: Embedder | None, folder: Traversable | None = None) -> "Likenesses":
        """From the sheets in `<folder>/<language>/`; ours by default. Raises SettingsError with file and line.

        The examples of all languages are learnt together: what is meant is the same in any.
        """
        root = files("kitt_rtc.playbooks").joinpath("lexicon") if folder is None else folder
        return cls({sheet: _read(root, sheet) for sheet in SHEETS}, embedder)

    async def run(self) -> None:
        """Learn, however often that is tried; then there is nothing more to do."""
        while True:
            try:
                return await self.learn()
            except EngineError as error:
                log.warning("examples not learnt", extra={"code": error.code})
                await asyncio.sleep(_AGAIN_SECONDS)

    async def learn(self) -> None:
        """Place every example. Raises EngineError."""
        embedder = self._embedder
        if embedder is not None and not self._learnt:
            known = ((SHEETS[sheet], rows) for sheet, rows in self._examples.items() if rows)
            self._learnt = [await Learnt.of(rows, scales, embedder) for scales, rows in known]

    async def of(self, sentences: Sequence[str]) -> Alike:
        """Nothing while the examples are not learnt, or the embedder is late or away."""
        said = [one for one in dict.fromkeys(sentences) if len(one.split()) >= self._options.least_words]
        if self._embedder is None or not self._learnt or not said:
            return NOTHING_ALIKE
        try:
            async with asyncio.timeout(self._options.seconds):
                vectors = await self._embedder.embed(said)
                # In a thread: the loop has other things to do than to weigh thousands of examples.
                return await asyncio.to_thread(lambda: dict(zip(said, map(self._values, vectors), strict=True)))
        except TimeoutError:
            log.info("nothing read by meaning", extra={"code": "deadline"})
        except EngineError as error:
            log.warning("nothing read by meaning", extra={"code": error.code})
        return NOTHING_ALIKE

    def _values(self, vector: Sequence[float]) -> Mapping[str, str]:
        weighed = ((scale, told) for learnt in self._learnt for scale, told in learnt.weigh(vector).items())
        return {scale: told.value for scale, told in weighed if self._is_sure(scale, told)}

    def _is_sure(self, scale: str, told: Weighed) -> bool:
        return told.ahead >= self._options.cuts[scale] and told.apart >= self._options.apart


def _read(root: Traversable, sheet: str) -> list[Example]:
    found = []
    for language in LANGUAGES:
        place = root.joinpath(language, sheet)
        if place.is_file():
            found += read_examples(place, f"lexicon/{language}/{sheet}", SHEETS[sheet])
    return found
