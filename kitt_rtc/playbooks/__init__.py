"""What to make of what was said: one playbook per product, and the rooms they share."""
