"""Invented months as rows: what a company does goes through the product's use cases and API, and is
read as matching reads it.

Expenses are stored as a receipt's run stores them. Claims are issued, credited and paid by the API.
Payouts go into files for the bank, whose answers are recorded. Lines are a camt.053 that is
imported.
"""
