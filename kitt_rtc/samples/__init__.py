"""What ships with the product to try it with: two spoken calls and a base of support articles."""

from importlib.resources import files
from pathlib import Path

FOLDER = Path(str(files(__name__)))
KNOWLEDGE = FOLDER / "knowledge"
CALLS = FOLDER / "calls"
