"""The log of gaps in memory."""

from dataclasses import dataclass, field, replace

from kitt_rtc.model.errors import LackNotFound
from kitt_rtc.model.lack import Lack


@dataclass
class DictLacks:
    """Fits `ports.Lacks`."""

    kept: dict[str, Lack] = field(default_factory=dict)

    async def listing(self) -> list[Lack]:
        return list(self.kept.values())

    async def note(self, lack: Lack) -> Lack:
        known = next((one for one in self.kept.values() if one.is_like(lack.question, lack.language)), None)
        noted = known.again(lack) if known else lack
        self.kept[noted.id] = noted
        return noted

    async def forget(self, *, before: float) -> int:
        known, self.kept = self.kept, {}
        self.kept = {one.id: kept for one in known.values() if (kept := one.since(before))}
        return len(known) - len(self.kept)

    async def erase(self, call_id: str) -> int:
        known, self.kept = self.kept, {}
        for one in known.values():
            kept = one.without(call_id) if call_id in one.calls else one
            if kept:
                self.kept[one.id] = kept
        return len(known) - len(self.kept)

    async def mark(self, lack_id: str, *, done: bool) -> Lack:
        if lack_id not in self.kept:
            raise LackNotFound
        self.kept[lack_id] = replace(self.kept[lack_id], done=done)
        return self.kept[lack_id]
