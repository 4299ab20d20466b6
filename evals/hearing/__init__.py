"""Figures of hearing: how right, how soon, whose, and nothing that nobody said. `python -m evals.hearing`."""
