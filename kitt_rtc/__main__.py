"""The command line: `kitt-rtc serve | demo | ingest | simulate | playbook | replay | eval | doctor`."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from kitt_rtc import __version__, logbook
from kitt_rtc.model.errors import KittError, SettingsError
from kitt_rtc.settings import Settings

logger = logging.getLogger("kitt_rtc")
Result = TypeVar("Result")
_SAMPLES = ("sales", "support")
_LABEL_FLAGS = {
    "product": "what they are about, commas part several",
    "version": "their version, as a text",
    "valid-from": "the first day they are found, like 2026-11-29",
    "valid-until": "the last day they are found, counted in",
    "language": "two letters",
}
"""Of `ingest`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, run, and say in one line what is wrong; the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        settings = Settings.load(**_overrides(asked))
        logbook.configure(level=settings.log_level, form=settings.log_format)
        return int(asked.run(asked, settings))
    except KittError as error:
        print(f"kitt-rtc: {error.message}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"kitt-rtc: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kitt-rtc",
        description="A live call copilot. With no account, key or server everything runs on embedded engines.",
        epilog="Settings are environment variables or lines of .env; .env.example lists every one.",
    )
    parser.add_argument("--version", action="version", version=f"kitt-rtc {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    serve = commands.add_parser("serve", help="run the server and its pages")
    serve.add_argument("--host", help="address to listen on (HOST)")
    serve.add_argument("--port", type=int, help="TCP port, 0 for a free one (PORT)")
    serve.set_defaults(run=_serve)

    demo = commands.add_parser("demo", help="two spoken calls through the real doors, with no account, key or server")
    demo.add_argument("calls", nargs="*", type=_sample, default=_SAMPLES, metavar="CALL", help=" or ".join(_SAMPLES))
    demo.set_defaults(run=_demo)

    ingest = commands.add_parser("ingest", help="documents into the knowledge base")
    ingest.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="Markdown, text, HTML, CSV, PDF or Word; or a folder"
    )
    ingest.add_argument("--urls", type=Path, metavar="FILE", help="pages to fetch: an address a line")
    ingest.add_argument("--forget", nargs="+", default=(), metavar="SOURCE", help="documents to take out again")
    ingest.add_argument("--list", action="store_true", help="the documents, their versions and when they are valid")
    for name, meaning in _LABEL_FLAGS.items():
        told = f"{meaning}, of the documents that do not say it themselves, nor a _defaults.yaml beside them"
        ingest.add_argument(f"--{name}", default="", metavar=name.rpartition("-")[2].upper(), help=told)
    ingest.set_defaults(run=_ingest)

    simulate = commands.add_parser(
        "simulate", help="a telephone call into a running server: a sound file is the caller"
    )
    simulate.add_argument("sound", nargs="?", type=Path, help="any sound file; without one, the sample technician")
    simulate.add_argument("--url", help="the server (default: HOST and PORT of the settings)")
    simulate.add_argument("--calls", type=int, default=1, help="so many callers at once (default 1)")
    simulate.add_argument("--heard", type=Path, help="write what the first caller heard into this WAV file")
    simulate.set_defaults(run=_simulate)

    playbook = commands.add_parser("playbook", help="a team lead's sheets: check them, or copy ours to begin with")
    acts = playbook.add_subparsers(metavar="ACT", required=True)
    check = acts.add_parser("check", help="every mistake with its file and line, and every example tried")
    check.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="default: PLAYBOOK_FOLDER, else ours")
    check.set_defaults(run=_check_playbook)
    copy = acts.add_parser("copy", help="write our sheets into a new folder, to be edited")
    copy.add_argument("folder", type=Path, metavar="FOLDER")
    copy.set_defaults(run=_copy_playbook)

    replay = commands.add_parser("replay", help="live a call again with other cards or another model, and compare")
    replay.add_argument(
        "story",
        type=Path,
        metavar="CALL",
        help="a tape's folder; or a story: envelopes line by line, or the JSON of GET /calls/{session_id};"
        " or DATA_FOLDER/tapes, to see which tapes there are",
    )
    _other_advice(replay)
    replay.add_argument(
        "--hear-again", action="store_true", help="have the sound of a tape written down anew, by the engines set here"
    )
    replay.set_defaults(run=_replay)

    evaluate = commands.add_parser("eval", help="golden calls: hits, misses, false alarms an hour, time to card")
    evaluate.add_argument(
        "folder",
        type=Path,
        metavar="FOLDER",
        help="golden calls: sheets, and tapes with a golden.yaml",
    )
    _other_advice(evaluate)
    evaluate.set_defaults(run=_evaluate)

    doctor = commands.add_parser("doctor", help="check engines, telephone and address, and say what to do")
    doctor.set_defaults(run=_doctor)
    return parser


def _other_advice(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--with", dest="cards", type=Path, metavar="FOLDER", help="sheets of cards in place of ours")
    parser.add_argument("--model", default="", metavar="NAME", help="a language model behind OPENAI_BASE_URL")


def _sample(name: str) -> str:
    if name not in _SAMPLES:
        raise argparse.ArgumentTypeError(f"{name!r} is not one of {', '.join(_SAMPLES)}")
    return name


def _overrides(asked: argparse.Namespace) -> dict[str, Any]:
    given = {"host": getattr(asked, "host", None), "port": getattr(asked, "port", None)}
    return {name: value for name, value in given.items() if value is not None}


def _serve(_: argparse.Namespace, settings: Settings) -> int:
    from kitt_rtc.app import House, serve

    def ready(house: House, address: str) -> None:
        for standing in house.standings():
            told = {"port": standing.port, "engine": standing.engine, "readiness": standing.readiness.value}
            logger.info("engine", extra=told | ({"limits": standing.limits} if standing.limits else {}))
        print(f"KITT RTC is at {address}  (Ctrl-C ends it)", flush=True)

    _run(serve(settings, ready=ready))
    return 0


def _demo(asked: argparse.Namespace, settings: Settings) -> int:
    from kitt_rtc.demo import demo

    logbook.configure(level="WARNING" if settings.log_level == "INFO" else settings.log_level, form=settings.log_format)
    return _run(demo(asked.calls))


def _ingest(asked: argparse.Namespace, settings: Settings) -> int:
    from kitt_rtc.documents.ingest import Progress, Report, ingest, ingest_pages, read_addresses
    from kitt_rtc.documents.labels import read_label
    from kitt_rtc.documents.outline import UnreadableDocument
    from kitt_rtc.model.document import Document
    from kitt_rtc.toolbox import open_knowledge, page_fetcher

    addresses = read_addresses(asked.urls) if asked.urls else []
    try:
        label = read_label({name: getattr(asked, name.replace("-", "_")) for name in _LABEL_FLAGS})
    except UnreadableDocument as error:
        raise SettingsError(f"--{str(error).replace('_', '-', 1)}") from error

    async def run() -> tuple[Report, list[Document]]:
        async with open_knowledge(settings) as knowledge:
            for source in asked.forget:
                await knowledge.replace(source, [])
            report = await ingest(asked.paths, knowledge, progress=tell, label=label)
            report += await ingest_pages(addresses, knowledge, page_fetcher(settings), progress=tell, label=label)
            return report, await knowledge.documents() if asked.list else []

    def tell(step: Progress) -> None:
        bar = f"[{step.done}/{step.total}] {step.outcome:>9}  {step.source}"
        if step.outcome:
            print(bar, flush=True)
        elif sys.stdout.isatty():
            print(f"{bar}: {step.passages_done} of {step.passages_total} passages", end="\r", flush=True)

    report, documents = _run(run())
    for skipped in report.skipped:
        print(f"skipped {skipped.source}: {skipped.reason}", file=sys.stderr)
    for twin in report.twins:
        told = f"{twin.passage_id} says almost what {twin.other_passage_id} says ({twin.likeness:.0%} alike)"
        print(f"near-duplicate: {told}", file=sys.stderr)
    for document in documents:
        until = f", valid until {document.valid_until}" if document.valid_until else ""
        print(f"{document.source}: {document.title}, version {document.newest.version}{until}")
    print(f"{len(report.added)} added, {len(report.unchanged)} unchanged, {len(report.skipped)} skipped")
    return 1 if report.skipped and not (report.added or report.unchanged) else 0


def _simulate(asked: argparse.Namespace, settings: Settings) -> int:
    from kitt_rtc.simulate import simulate

    url = asked.url or f"http://{settings.address.replace('0.0.0.0', '127.0.0.1')}:{settings.port}"
    return _run(simulate(settings, url.rstrip("/"), sound=asked.sound, calls=asked.calls, heard=asked.heard))


def _check_playbook(asked: argparse.Namespace, settings: Settings) -> int:
    from kitt_rtc.playbooks.cards import LANGUAGES, built_in
    from kitt_rtc.playbooks.inspection import inspect

    named = asked.folder or (Path(settings.playbook_folder) if settings.playbook_folder else None)
    if named is not None and not named.is_dir():
        raise SettingsError(f"{named} is not a folder")
    found = inspect(named or built_in())
    for line in (*found.mistakes, *found.deaf):
        print(line, file=sys.stderr)
    counted = ", ".join(f"{found.cards[one]} cards and {found.items[one]} items in {one}" for one in LANGUAGES)
    print(f"{counted}; {len(found.mistakes)} mistakes, {len(found.deaf)} examples that are not heard")
    print(f"version {found.version}" if found.version else "not fit to be used")
    return 1 if found.mistakes else 0


def _copy_playbook(asked: argparse.Namespace, _: Settings) -> int:
    from kitt_rtc.playbooks.cards import LANGUAGES, built_in

    for language in LANGUAGES:
        folder = asked.folder / language
        if folder.exists():
            raise SettingsError(f"{folder} is there already: give a new folder")
        folder.mkdir(parents=True)
        for sheet in built_in().joinpath(language).iterdir():
            if sheet.name.endswith(".yaml"):
                (folder / sheet.name).write_bytes(sheet.read_bytes())
    print(f"{asked.folder}: edit the sheets, check them with kitt-rtc playbook check, and set PLAYBOOK_FOLDER to it")
    return 0


def _replay(asked: argparse.Namespace, settings: Settings) -> int:
    from kitt_rtc.replay.again import Again
    from kitt_rtc.replay.cast import CastOptions
    from kitt_rtc.replay.command import replay

    again = Again(settings, CastOptions(cards=asked.cards), asked.model, hear=asked.hear_again)
    for line in replay(asked.story, again):
        print(line)
    return 0


def _evaluate(asked: argparse.Namespace, settings: Settings) -> int:
    from kitt_rtc.replay.again import Again
    from kitt_rtc.replay.cast import CastOptions
    from kitt_rtc.replay.command import evaluate

    for line in evaluate(asked.folder, Again(settings, CastOptions(cards=asked.cards), asked.model)):
        print(line)
    return 0


def _doctor(_: argparse.Namespace, settings: Settings) -> int:
    from kitt_rtc.doctor import examine

    return _run(examine(settings))


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(work)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed: the same work for a fifth less processor."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    sys.exit(main())
