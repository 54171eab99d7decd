"""Categories, merchants, rules, proposals and acts."""
