"""Calls while they live: when things happen."""
