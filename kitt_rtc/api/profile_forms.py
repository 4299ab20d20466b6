"""The forms of customer profiles: as they are edited, as they are told, what a call has taught."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kitt_rtc.api.forms import Incoming, MaybeId, Outgoing
from kitt_rtc.model.profile import ITEM_LETTERS, MOST_ITEMS, NAME_LETTERS, NOTES_LETTERS

Called = Annotated[str, StringConstraints(strip_whitespace=True, max_length=NAME_LETTERS, pattern=r"^[^\r\n]*$")]
Item = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=ITEM_LETTERS, pattern=r"^[^\r\n]*$")
]
Items = Annotated[list[Item], Field(max_length=MOST_ITEMS)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^(\+[1-9][0-9]{6,14})?$")]
Notes = Annotated[str, StringConstraints(strip_whitespace=True, max_length=NOTES_LETTERS)]


class ProfileForm(Incoming):
    """What people write; what is left out is empty."""

    name: Called = ""
    company: Called = Field("", description="A name or a company is needed")
    position: Called = Field("", description="What they do there")
    language: Literal["", "fr", "en"] = Field("", description="Their calls begin in it, where none is asked for")
    phone: Phone = Field("", description="E.164, like +33123456789: calls from it and to it are theirs")
    products: Items = Field([], description="What they have bought of us")
    competitors: Items = Field([], description="Whose customer they are, or were")
    needs: Items = Field([], description="What they look for, or suffer from")
    objections: Items = Field([], description="What they held against us")
    commitments: Items = Field([], description="What was promised, by either side")
    terms: Items = Field([], description="Names and words of their trade, for the transcriber")
    notes: Notes = ""


class NewProfileForm(ProfileForm):
    id: MaybeId = Field("", description="Of your own books; not a name, for it stays in stories. Empty: one is made")


class EditedProfileForm(ProfileForm):
    version: int = Field(ge=1, le=2**31, description="The one that was edited")


class ProfileSeen(Outgoing):
    id: str
    name: str
    company: str
    position: str
    language: str
    phone: str
    products: list[str]
    competitors: list[str]
    needs: list[str]
    objections: list[str]
    commitments: list[str]
    terms: list[str]
    notes: str
    version: int = Field(description="Counts the changes")
    updated_at: float = Field(description="Seconds since 1970")


class ProfileSaved(Outgoing):
    success: Literal[True] = True
    profile: ProfileSeen


class ProfilesQuery(Incoming):
    search: Annotated[str, StringConstraints(max_length=200)] = Field(
        "", description="In ids and in every field, without accents and capitals"
    )
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=1_000_000)


class ProfileList(Outgoing):
    profiles: list[ProfileSeen]
    total: int
    limit: int
    offset: int


class LessonSeen(Outgoing):
    id: str
    field: str = Field(description="Where it would go: needs, objections, commitments, competitors, terms or notes")
    words: str = Field(description="What would be added")
    quote: str = Field(description="The words that tell it, as they were said")
    utterance_id: str


class CallProfile(Outgoing):
    session_id: str
    profile: ProfileSeen | None = Field(description="As it is stored now; null: the call has none, or it was erased")
    sure: Literal["", "certain", "likely"] = Field(
        description="certain: named when the call began; likely: known by the telephone number alone"
    )
    lessons: list[LessonSeen] = Field(description="What the call has told of them that is not in the profile")


class ApprovalForm(Incoming):
    lessons: list[MaybeId] = Field(min_length=1, max_length=100, description="Ids of what is to be saved")
    by: MaybeId = Field("", description="leg_id of the one who approves; empty: the holder of the token or key")


class ChangeSeen(Outgoing):
    field: str
    before: str = Field(description="Of a list, its items with line breaks")
    after: str
    quote: str
    utterance_id: str


class Approved(Outgoing):
    success: Literal[True] = True
    session_id: str
    changes: list[ChangeSeen] = Field(description="What was saved; empty when all of it was there already")
    profile: ProfileSeen
