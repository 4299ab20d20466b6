"""The doors: HTTP in, the house's own words out."""
