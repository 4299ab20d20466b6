"""A call lived again in no time: from its story or from a golden script, with other cards or another model."""
