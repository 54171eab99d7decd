"""What expenses are sorted by: categories, merchants and rules, and acts that change many expenses
at once.
"""
