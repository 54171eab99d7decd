"""Which category a new expense probably has, why, and how sure that is. Pure: what the account
knows is handed in.
"""
