"""The world outside: one vendor and one port per file, loaded when it is used."""
