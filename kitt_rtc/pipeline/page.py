"""A summary as text: lines under headings, each claim with its quote, in the language of the call."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kitt_rtc.model.insight import Insight, SummaryClaim
from kitt_rtc.pipeline.gleaner import Line
from kitt_rtc.pipeline.review import Review, speaks_too_much
from kitt_rtc.prompts.library import Library


@dataclass(frozen=True, slots=True)
class Written:
    """A page, and what of it can be looked up in the call."""

    text: str
    claims: tuple[SummaryClaim, ...] = ()

    def with_note(self, note: str) -> "Written":
        return Written(f"{self.text}\n\n{note}", self.claims)


@dataclass(frozen=True, slots=True)
class _Statement:
    text: str
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class _Section:
    name: str
    heading: str
    statements: tuple[_Statement, ...]

    @property
    def text(self) -> str:
        return "\n".join([f"## {self.heading}", *(f"- {statement.text}" for statement in self.statements)])

    @property
    def claims(self) -> Iterable[SummaryClaim]:
        for statement in self.statements:
            if line := statement.line:
                yield SummaryClaim(self.name, statement.text, line.quote, line.utterance.id, line.utterance.start)


class Page:
    """Lines under headings, in the language of the call."""

    def __init__(self, library: Library, language: str) -> None:
        self._library = library
        self._language = language

    def phrase(self, key: str, **blanks: object) -> str:
        return self._library.phrase(key, self._language, **blanks)

    def client(self, lines: Mapping[str, Sequence[Line]], answers: Sequence[Insight]) -> Written:
        """The client's side: a section per name of `lines`, and the answers that were given."""
        sections = [self._section(name, map(self._line, found)) for name, found in lines.items()]
        if answers:
            sections.append(self._section("answers", map(self._answer, answers)))
        return self._page("heading.client", sections)

    def rep(
        self,
        found: Review,
        well: Sequence[Line] = (),
        missed: Sequence[Line] = (),
        advice: Sequence[str] = (),
    ) -> Written:
        """By the rules' review; a model's statements take the place of the rules' where there are any."""
        advised = advice or [self.phrase(key) for key in found.advice]
        return self._page(
            "heading.rep",
            [
                self._section("went_well", map(self._line, well) if well else self._well(found), "summary.none"),
                self._section("missed", map(self._line, missed) if missed else self._missed(found), "summary.none"),
                self._section("talk_ratio", map(_Statement, self._ratio(found))),
                self._section("tips", map(_Statement, self._tips(found)), "rep.no_tips"),
                self._section("next_time", map(_Statement, advised)),
            ],
        )

    def _page(self, heading: str, sections: Sequence[_Section]) -> Written:
        text = "\n\n".join([f"# {self.phrase(heading)}", *(section.text for section in sections)])
        return Written(text, tuple(claim for section in sections for claim in section.claims))

    def _well(self, found: Review) -> list[_Statement]:
        return [self._line(Line(self.phrase(key), line.quote, line.utterance)) for key, line in found.well]

    def _missed(self, found: Review) -> list[_Statement]:
        statements = [
            self._line(Line(self.phrase(key), line.quote, line.utterance)) if line else _Statement(self.phrase(key))
            for key, line in found.missed
        ]
        if found.monologue:
            statements.append(_Statement(self.phrase("rep.monologue", seconds=f"{found.monologue:.0f}")))
        return statements

    def _ratio(self, found: Review) -> list[str]:
        share, rep, everyone = f"{100 * found.share:.0f} %", clock(found.rep_seconds), clock(found.all_seconds)
        told = [self.phrase("rep.ratio", share=share, rep=rep, all=everyone)]
        return [*told, self.phrase("rep.ratio_high")] if speaks_too_much(found) else told

    def _tips(self, found: Review) -> list[str]:
        return [
            self.phrase(
                "rep.tip_followed" if followed else "rep.tip_ignored", tip=given.insight.content.splitlines()[0]
            )
            for given, followed in found.tips
        ]

    def _section(self, name: str, statements: Iterable[_Statement], empty: str = "summary.not_said") -> _Section:
        return _Section(name, self.phrase(f"heading.{name}"), tuple(statements) or (_Statement(self.phrase(empty)),))

    def _answer(self, answer: Insight) -> _Statement:
        score = f"{100 * answer.passages[0].score:.1f} %"
        return _Statement(self.phrase("summary.answer", title=answer.title, score=score, quote=answer.quote))

    def _line(self, line: Line) -> _Statement:
        who, at = self.phrase(f"role.{line.utterance.speaker.role}"), clock(line.utterance.start)
        if line.text:
            return _Statement(self.phrase("summary.line", text=line.text, quote=line.quote, who=who, at=at), line)
        return _Statement(self.phrase("summary.quote", quote=line.quote, who=who, at=at), line)


def clock(seconds: float) -> str:
    """Minutes and seconds of the call."""
    minutes, rest = divmod(int(max(0.0, seconds)), 60)
    return f"{minutes}:{rest:02d}"
