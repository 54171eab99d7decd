"""Prints what came out of the papers before the rules were changed, and what comes out now.

Usage: python -m tests.unit.tillroll_documents.reading.unseen
"""

from tests.unit.tillroll_documents.reading.unseen.records import before, table, today

if __name__ == "__main__":
    print("Before:", table(before()), sep="\n")
    print("Now:", table(today()), sep="\n")
