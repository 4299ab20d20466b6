"""A summary as text: lines under headings, each claim with its quote, in the language of the call."""

from collections.abc import Iterable, Mapping, Sequence

from kitt_rtc.model.insight import Insight
from kitt_rtc.pipeline.gleaner import Line
from kitt_rtc.pipeline.review import Review, speaks_too_much
from kitt_rtc.prompts.library import Library


class Page:
    """Lines under headings, in the language of the call."""

    def __init__(self, library: Library, language: str) -> None:
        self._library = library
        self._language = language

    def phrase(self, key: str, **blanks: object) -> str:
        return self._library.phrase(key, self._language, **blanks)

    def client(self, lines: Mapping[str, Sequence[Line]], answers: Sequence[Insight]) -> str:
        """The client's side: a section per name of `lines`, and the answers that were given."""
        sections = [self._section(f"heading.{name}", map(self._line, found)) for name, found in lines.items()]
        if answers:
            sections.append(self._section("heading.answers", map(self._answer, answers)))
        return "\n\n".join([f"# {self.phrase('heading.client')}", *sections])

    def rep(
        self,
        found: Review,
        well: Sequence[Line] = (),
        missed: Sequence[Line] = (),
        advice: Sequence[str] = (),
    ) -> str:
        """By the rules' review; a model's statements take the place of the rules' where there are any."""
        by_rules_well = [self._line(Line(self.phrase(key), line.quote, line.utterance)) for key, line in found.well]
        by_rules_missed = [
            self._line(Line(self.phrase(key), line.quote, line.utterance)) if line else self.phrase(key)
            for key, line in found.missed
        ]
        if found.monologue:
            by_rules_missed.append(self.phrase("rep.monologue", seconds=f"{found.monologue:.0f}"))
        return "\n\n".join(
            [
                f"# {self.phrase('heading.rep')}",
                self._section("heading.went_well", map(self._line, well) if well else by_rules_well, "summary.none"),
                self._section("heading.missed", map(self._line, missed) if missed else by_rules_missed, "summary.none"),
                self._section("heading.talk_ratio", self._ratio(found)),
                self._section("heading.tips", self._tips(found), "rep.no_tips"),
                self._section("heading.next_time", advice or map(self.phrase, found.advice)),
            ]
        )

    def _ratio(self, found: Review) -> list[str]:
        share, rep, everyone = f"{100 * found.share:.0f} %", _clock(found.rep_seconds), _clock(found.all_seconds)
        told = [self.phrase("rep.ratio", share=share, rep=rep, all=everyone)]
        return [*told, self.phrase("rep.ratio_high")] if speaks_too_much(found) else told

    def _tips(self, found: Review) -> list[str]:
        return [
            self.phrase(
                "rep.tip_followed" if followed else "rep.tip_ignored", tip=given.insight.content.splitlines()[0]
            )
            for given, followed in found.tips
        ]

    def _section(self, heading: str, items: Iterable[str], empty: str = "summary.not_said") -> str:
        listed = list(items) or [self.phrase(empty)]
        return "\n".join([f"## {self.phrase(heading)}", *(f"- {item}" for item in listed)])

    def _answer(self, answer: Insight) -> str:
        score = f"{100 * answer.passages[0].score:.1f} %"
        return self.phrase("summary.answer", title=answer.title, score=score, quote=answer.quote)

    def _line(self, line: Line) -> str:
        who, at = self.phrase(f"role.{line.utterance.speaker.role}"), _clock(line.utterance.start)
        if line.text:
            return self.phrase("summary.line", text=line.text, quote=line.quote, who=who, at=at)
        return self.phrase("summary.quote", quote=line.quote, who=who, at=at)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(max(0.0, seconds)), 60)
    return f"{minutes}:{rest:02d}"
