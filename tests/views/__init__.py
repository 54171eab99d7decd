"""One firm's months in all views that show them: list, sums of the search, report, CSV, DATEV, tax
report, ledger, bank months, owed, and the books at the other end.

`story.py` draws what the firm does, `playing.py` asks for it by the API. `arithmetic.py` says what
each figure must be from the requests alone: it imports nothing of the product. `views.py` reads the
views, and `comparing.py` holds them to the arithmetic.
"""
