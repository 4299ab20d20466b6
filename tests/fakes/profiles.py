"""Customer profiles in memory, as the contract wants them."""

from dataclasses import dataclass, field, replace

from kitt_rtc.model.errors import EngineError, ProfileNotFound, ProfileStale
from kitt_rtc.model.profile import LISTS, Profile, text_of
from kitt_rtc.model.words import fold


@dataclass
class DictProfiles:
    """Fits `ports.Profiles`."""

    kept: dict[str, Profile] = field(default_factory=dict)
    fault: EngineError | None = None
    """What every question fails with."""
    clock: float = 1_700_000_000.0
    lost_races: int = 0
    """So many saves find that somebody was quicker."""

    async def find(self, profile_id: str) -> Profile | None:
        self._work()
        return self.kept.get(profile_id)

    async def listing(self, *, search: str = "", limit: int = 50, offset: int = 0) -> tuple[list[Profile], int]:
        self._work()
        found = sorted(
            (one for one in self.kept.values() if _tells(one, search)),
            key=lambda one: (fold(one.name or one.company), one.id),
        )
        return found[offset : offset + limit], len(found)

    async def by_phone(self, phone: str, *, limit: int = 2) -> list[Profile]:
        self._work()
        return [one for _, one in sorted(self.kept.items()) if phone and one.phone == phone][:limit]

    async def save(self, profile: Profile) -> Profile:
        self._work()
        if self.lost_races:
            self.lost_races -= 1
            standing = self.kept[profile.id]
            self.kept[profile.id] = replace(standing, notes=f"{standing.notes}!", version=standing.version + 1)
        standing_version = self.kept[profile.id].version if profile.id in self.kept else 0
        if standing_version != profile.version:
            raise ProfileStale(self.kept[profile.id]) if standing_version else ProfileNotFound
        self.kept[profile.id] = replace(profile, version=profile.version + 1, updated_at=self.clock)
        return self.kept[profile.id]

    async def erase(self, profile_id: str) -> bool:
        self._work()
        return self.kept.pop(profile_id, None) is not None

    def _work(self) -> None:
        if self.fault is not None:
            raise self.fault


def _tells(profile: Profile, search: str) -> bool:
    wanted = search.strip()
    texts = [text_of(profile, name) for name in ("name", "company", "position", "phone", "notes", *LISTS)]
    words = fold(" ".join(texts))
    return wanted.lower() in profile.id.lower() or (bool(fold(wanted)) and fold(wanted) in words)
