"""Payouts: the company's account is debited, somebody is paid, and it is recorded; or all of it is
undone."""
