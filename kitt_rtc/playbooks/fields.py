"""Fields of the forms a model fills: one line each, stripped and cut, whatever the model was talked into."""

from typing import Annotated

from pydantic import AfterValidator

from kitt_rtc.model.words import clip

Line = Annotated[str, AfterValidator(lambda text: clip(text, 240))]
"""A sentence."""
Label = Annotated[str, AfterValidator(lambda text: clip(text, 60))]
"""A few words."""
Quote = Annotated[str, AfterValidator(lambda text: " ".join(text[:400].split()))]
"""Words to be found again in their source; never shown before they were."""
Answer = Annotated[str, AfterValidator(lambda text: clip(text, 500))]
"""A few sentences."""
