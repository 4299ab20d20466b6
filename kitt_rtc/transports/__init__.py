"""Wires into legs, journals onto wires."""
