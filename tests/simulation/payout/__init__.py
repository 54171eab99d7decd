"""The second workflow, a payout. It lives in the tests only."""
