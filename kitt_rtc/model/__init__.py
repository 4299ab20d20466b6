"""The vocabulary of the house: plain frozen values, standard library only."""
