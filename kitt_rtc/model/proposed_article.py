"""An article that a resolved call proposes for the knowledge base: nothing of it counts until a person approves it."""

from dataclasses import dataclass, replace

OPEN, APPROVED, REJECTED = "open", "approved", "rejected"


@dataclass(frozen=True, slots=True)
class ProposedStep:
    """Something that was said or shown on the way to the solution."""

    text: str
    because: str = ""
    """The utterance or the insight it was taken from; empty: a person wrote it."""


@dataclass(frozen=True, slots=True)
class ProposedArticle:
    id: str
    title: str
    symptom: str
    """The trouble in the technician's words, masked."""
    steps: tuple[ProposedStep, ...]
    """In the order of the call. They led there; which of them was the cure, nobody has said."""
    call_id: str
    language: str = ""
    """Two letters."""
    product: str = ""
    created_at: float = 0.0
    """Seconds since 1970."""
    why: str = ""
    """What the base lacked: "gap" (nobody could answer), "failed" (what it answered did not help), "several" (it took
    several articles) or "unwritten" (a person solved it without an article)."""
    written_by: str = "rules"
    """"rules": sentences of the call as they stand there, masked."""
    state: str = OPEN
    """"open", "approved" or "rejected"."""
    by: str = ""
    """Who decided; empty while it is open."""
    decided_at: float = 0.0
    """Seconds since 1970."""

    @property
    def source(self) -> str:
        """What it is called in the knowledge base, once it is approved."""
        return f"proposals/{self.id}.md"

    @property
    def markdown(self) -> str:
        """The article. What was said in a call is a line of text in it, never its layout."""
        steps = [f"{number}. {_line(step.text)}" for number, step in enumerate(self.steps, start=1)]
        return "\n".join((f"# {_line(self.title)}", "", _line(self.symptom), "", *steps, ""))

    def written(self, *, title: str, product: str, symptom: str, steps: tuple[str, ...]) -> "ProposedArticle":
        """As a person has edited it; a step that was left as it is keeps its proof."""
        known = {step.text: step for step in self.steps}
        kept = tuple(known.get(text, ProposedStep(text)) for text in steps)
        return replace(self, title=title, product=product, symptom=symptom, steps=kept)

    def decided(self, state: str, *, by: str, at: float) -> "ProposedArticle":
        """`at` is seconds since 1970."""
        return replace(self, state=state, by=by, decided_at=at)


def _line(text: str) -> str:
    return " ".join(text.split()).lstrip("#>-+*=`| ")
