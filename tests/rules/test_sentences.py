"""What the Worker says to people is in the German catalogue, with the same holes, and nothing else
is.
"""

import pytest

from local.sentences import holes_of, sentences, sentences_in, translations

RENEW = "run `python -m local.sentences`, and write the German into public/words/worker.de.po"


def test_each_sentence_of_the_worker_is_translated() -> None:
    known = translations()
    lacking = [f"{each.at}: {each.text}" for each in sentences() if not known.get(each.text)]
    assert lacking == [], RENEW


def test_each_translation_has_the_holes_of_its_sentence() -> None:
    wrong = {
        text: other for text, other in translations().items() if holes_of(text) != holes_of(other)
    }
    assert wrong == {}


def test_the_catalogue_has_nothing_that_nobody_says() -> None:
    said = {each.text for each in sentences()}
    assert [text for text in translations() if text not in said] == [], RENEW


def test_the_catalogue_has_every_sentence_in_the_order_of_the_alphabet() -> None:
    assert list(translations()) == sorted(each.text for each in sentences()), RENEW


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('raise Problem(KIND, f"Give at most {MOST} of them.")', ["Give at most {1} of them."]),
        ('class NoSuchThing(Refusal):\n    """No such thing."""\n    thing = "claim"', ["claim"]),
        ('says = "{} has this number: use it."', ["{1} has this number: use it."]),
        ('WORDS = {"a key of this": "It is paid"}', ["It is paid"]),
        ("f\"It is {'not yet' if late else name} here\"", ["It is {1} here", "not yet"]),
        ('def f() -> "str | None": raise ContractError("name it otherwise")', []),
        ('QUERY = "SELECT id FROM runs WHERE id = ?"', []),
        (
            "f\"{n} day{'s' if n > 1 else ''} {'later' if n > 0 else 'earlier'}\"",
            ["{1} day{2} {3}"],
        ),
        ('for x, word in ((1, "Who"), (2, "Total")):\n    form.say(word)', ["Who", "Total"]),
        ('W = ("Net", "Tax")\nfor at, word in zip(A, W):\n    form.say(word)', ["Net", "Tax"]),
        ('W = {"min": "Least"}\na = [say(word) for word in W.items()]', ["Least"]),
        ('def head(title):\n    say(title)\nhead("Totals")', ["Totals"]),
        ('for x, word in ((1, "Who"),):\n    draw(word)', []),
    ],
)
def test_sentences_are_found(source: str, texts: list[str]) -> None:
    assert [each.text for each in sentences_in(source, "it.py")] == texts


def test_of_a_silent_module_refusals_and_audit_words_are_found() -> None:
    action = 'class Audited(Action):\n    A = "a.b", "a rule was made"'
    source = f'a = "Nobody reads this."\n{action}\nk = Kind("c", 404, "It is gone")'
    found = [each.text for each in sentences_in(source, "it.py", is_silent=True)]
    assert sorted(found) == ["It is gone", "a rule was made"]
