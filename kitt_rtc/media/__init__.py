"""Sound, sample by sample."""
