"""The words of a playbook's trade that a transcriber is told of, from `terms.yaml`."""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from kitt_rtc.playbooks.sheets import read_rows

_SHEET = "terms.yaml"


def load_terms(sheet: Traversable | None = None) -> Mapping[str, tuple[str, ...]]:
    """By playbook, the most useful first; ours by default. Raises SettingsError with file and line."""
    rows = read_rows(sheet or files("kitt_rtc.playbooks").joinpath(_SHEET), _SHEET)
    for row in rows:
        row.only({"playbook", "terms"})
    return {row.text("playbook"): row.texts("terms") for row in rows}
