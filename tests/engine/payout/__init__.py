"""A payout as the second workflow of the genuine Worker: every verb, and a provider on this machine
that counts.
"""
