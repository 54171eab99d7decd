"""What was meant where a search finds nothing: words that are in no expense get one letter put
right.
"""

from collections.abc import Sequence
from itertools import islice, product
from typing import Final

from tillroll.expenses.search.near import SHORTEST_GUESS, begins_nearly, pieces_of
from tillroll.expenses.search.plain_text import words_of
from tillroll.expenses.search.terms import BEHIND_ALL
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Database, digits, text

_WORD: Final = "word:"
_MOST_NEAR: Final = 500
_MOST_GUESSES: Final = 4
# A letter too many or too few before a half moves it by one.
_SHIFT: Final = 1


async def guesses(database: Database, account_id: str, typed: str) -> list[str]:
    """The texts that may have been meant, the nearest first; none where each word is in some
    expense, or nothing is near.
    """
    words = list(dict.fromkeys(words_of(typed)))
    if not words:
        return []
    queries = [_exact(account_id, word) for word in words]
    queries += [_near(account_id, word) for word in words]
    results = await database.batch(queries)
    exact = results[: len(words)]
    near = results[len(words) :]
    if all(exact):
        return []
    choices: list[list[str]] = []
    for word, rows, others in zip(words, exact, near, strict=True):
        if rows:
            choices.append([word])
        else:
            choices.append(_meant(word, [text(row, "term") for row in others]))
    return [" ".join(each) for each in islice(product(*choices), _MOST_GUESSES)]


def _meant(word: str, terms: Sequence[str]) -> list[str]:
    """The words that begin nearly with it; those of its length first."""
    if len(word) < SHORTEST_GUESS:
        return []
    candidates = [term.removeprefix(_WORD) for term in terms]
    near = [each for each in candidates if begins_nearly(each, word)]
    return sorted(near, key=lambda each: abs(len(each) - len(word)))


def _exact(account_id: str, word: str) -> Statement:
    """Whether some word begins with it."""
    values = [account_id, f"{_WORD}{word}", f"{_WORD}{word}{BEHIND_ALL}"]
    return statement(
        "SELECT 1 FROM expense_terms WHERE account_id = ? AND term BETWEEN ? AND ? LIMIT 1",
        [*values],
    )


def _near(account_id: str, word: str) -> Statement:
    """The words that may be near. A pattern of D1 has 50 bytes at most, so none is used."""
    pieces = pieces_of(word)
    begins = (f"{_WORD}{pieces.first}", f"{_WORD}{pieces.swapped}")
    # In SQL, the first letter is number 1.
    place = len(begins[0]) + 1 - _SHIFT
    values = [account_id, _WORD, f"{_WORD}{BEHIND_ALL}", *begins, pieces.second, place, _MOST_NEAR]
    query = f"""
      SELECT term FROM expense_terms
      WHERE account_id = ?1 AND term BETWEEN ?2 AND ?3
        AND (substr(term, 1, length(?4)) = ?4 OR substr(term, 1, length(?5)) = ?5
          OR instr(substr(term, CAST(?7 AS INTEGER), length(?6) + {digits(2 * _SHIFT)}), ?6))
      LIMIT ?8
    """
    return statement(query, [*values])
