"""What expenses are sorted by: categories, merchants, rules, proposals, and acts that change many at once."""
