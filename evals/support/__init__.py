"""Figures of the technician's helper: the right article, its proof, or silence. `python -m evals.support`."""
