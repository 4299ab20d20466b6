"""The steps: a value in, a value or a fact out. A step owns no task, no queue, no socket."""
