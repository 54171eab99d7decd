"""Reports: what was spent, by month, category, merchant, tax rate and person, and what is missing."""
