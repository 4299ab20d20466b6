"""How good the coach is, in figures, without a key; the model's path by a scripted server on this machine."""
