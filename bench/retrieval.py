"""How long a search takes in a base of 1,000, 5,000 and 20,000 passages, and how long it holds the loop.

    python -m bench.retrieval [--passages 1000 5000 20000] [--searches 60] [--words | --again]

By words and by meaning, as the product does; with `--words` by words alone. With `--again`: how long a base that was
made by words alone takes to be indexed again when the encoder comes.

The passages are the sample articles' own sentences, drawn anew for each, under titles with a number: words are as rare
as in real articles. Qdrant's local mode, in a folder that is thrown away; a desk with more passages runs a server.
"""

import argparse
import asyncio
import gc
import random
import resource
import tempfile
import time
from collections.abc import Sequence

from bench.gauges import Stopwatch
from evals.figure import quantile
from kitt_rtc.documents.ingest import SAMPLES, read_passages
from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.meaning import SENTENCES
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from kitt_rtc.engines.sentences import MODEL, SentenceEncoder
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query
from kitt_rtc.model.words import sentences

_SENTENCES_A_PASSAGE = 10
_SEED = 2026
QUERIES = (
    "the recordings are not visible in the timeline although the subscription is active",
    "la caméra est hors ligne depuis la coupure de courant",
    "the recorder keeps beeping all day",
    "l'application plante quand on ouvre l'image en direct",
    "the port gives no power to the third camera",
)


def passages(number: int) -> list[Passage]:
    chance = random.Random(_SEED)
    known = [passage for path in sorted(SAMPLES.glob("*.md")) for passage in read_passages(path, path.name)]
    said = {language: _sentences(known, language) for language in ("fr", "en")}
    made = []
    for count in range(number):
        like = chance.choice(known)
        text = " ".join(chance.sample(said[like.language or "en"], _SENTENCES_A_PASSAGE))
        made.append(Passage(f"#{count}", f"{like.title} {count}", text, "", language=like.language))
    return made


def _sentences(known: Sequence[Passage], language: str) -> list[str]:
    return [one for passage in known if passage.language == language for one in sentences(passage.text)]


async def measure(number: int, searches: int, *, by_meaning: bool) -> str:
    encoder = SentenceEncoder() if by_meaning else None
    with tempfile.TemporaryDirectory() as folder:
        base = _base(folder, encoder)
        began = time.monotonic()
        await base.replace("bench", passages(number))
        filled = time.monotonic() - began
        await base.search(Query(QUERIES[0]), limit=5)
        gc.freeze()  # as a house does when it is filled: a round over all passages stops everything
        watch = Stopwatch()
        watching = asyncio.create_task(watch.run())
        waits, used = [], time.process_time()
        for turn in range(searches):
            began = time.monotonic()
            # Never the same words twice: the encoder remembers them.
            await base.search(Query(f"{QUERIES[turn % len(QUERIES)]} {turn}"), limit=5)
            waits.append(time.monotonic() - began)
        used = time.process_time() - used
        lags = watch.read()
        watching.cancel()
        await base.close()
    if encoder:
        await encoder.close()
    p50, p95 = (1e3 * quantile(waits, share) for share in (0.5, 0.95))
    return (
        f"{number:>8} {filled:>10.0f} s {p50:>9.0f} ms {p95:>9.0f} ms {1e3 * used / searches:>11.0f} ms"
        f" {lags['lag_p99']:>9.1f} ms {_mebibytes():>8} MiB"
    )


async def indexed_again(number: int) -> str:
    """A base by words alone is opened by a house that has the encoder."""
    encoder = SentenceEncoder()
    with tempfile.TemporaryDirectory() as folder:
        words = _base(folder, None)
        await words.replace("bench", passages(number))
        await words.close()
        base = _base(folder, encoder)
        watch = Stopwatch()
        watching = asyncio.create_task(watch.run())
        began = time.monotonic()
        await base.open()
        took, lags = time.monotonic() - began, watch.read()
        watching.cancel()
        await base.close()
    await encoder.close()
    return f"{number:>8} passages indexed again in {took:.0f} s, loop p99 {lags['lag_p99']:.1f} ms"


def _base(folder: str, encoder: SentenceEncoder | None) -> Qdrant:
    model = MODEL if encoder else ""
    options = QdrantOptions(folder=folder, seconds=60.0, embed_model=model, meaning=SENTENCES)
    return Qdrant(Lexicon(), options, embedder=encoder)


def _mebibytes() -> int:
    """The most this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    parser.add_argument("--passages", type=int, nargs="+", default=[1_000, 5_000, 20_000])
    parser.add_argument("--searches", type=int, default=60)
    parser.add_argument("--words", action="store_true", help="by words alone")
    parser.add_argument("--again", action="store_true", help="how long it takes when the encoder comes")
    chosen = parser.parse_args()
    if not chosen.again:
        heads = ("passages", "filled in", "p50", "p95", "processor", "loop p99", "memory")
        print("{:>8} {:>12} {:>12} {:>12} {:>14} {:>12} {:>12}".format(*heads))
    for number in chosen.passages:
        measured = (
            indexed_again(number) if chosen.again else measure(number, chosen.searches, by_meaning=not chosen.words)
        )
        print(asyncio.run(measured), flush=True)


if __name__ == "__main__":
    main()
