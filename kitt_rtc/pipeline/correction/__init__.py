"""Rules that write spoken words as people write them: numbers, addresses, letters, names. Pure; each reads a line."""
