"""Tax: what expenses come to by treatment and rate, and the lines of a VAT return that they
fill.
"""
