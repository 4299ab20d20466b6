"""Those who read a call's journal, each at its own pace.

`Archivist`, `Chronicler` and `Meter` are one for all calls; a `Narrator` belongs to one call, whose ears it speaks to.
"""
