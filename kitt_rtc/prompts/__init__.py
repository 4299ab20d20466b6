"""Every sentence spoken to a model, or by us, as text files by language."""
