"""What is kept of a call so that it can be lived again: its voices as they were heard, and what engines answered."""
