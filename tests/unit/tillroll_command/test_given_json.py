"""JSON that a person gives is what can be sent, and nothing else."""

import pytest

from tillroll_command.endings import Code, Stopped
from tillroll_command.given_json import json_object, read_json


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ('{"amount": NaN}', "NaN is no number of JSON"),
        ('{"amount": Infinity}', "Infinity is no number of JSON"),
        ('{"amount": -Infinity}', "-Infinity is no number of JSON"),
        (r'{"name": "\ud83d"}', "surrogates not allowed"),
        ("{", "no JSON"),
        ("[" * 100_000, "nests too deep"),
        ("[]", "no JSON object"),
        ("5", "no JSON object"),
    ],
)
def test_what_cannot_be_sent_is_refused(given: str, says: str) -> None:
    with pytest.raises(Stopped, match=says) as stopped:
        json_object(given, "payload")
    assert stopped.value.code is Code.USAGE
    assert str(stopped.value).startswith("The payload: ")


def test_an_object_is_read() -> None:
    assert json_object(r'{"name": "\ud83d\ude00", "amount": 1.5}') == {"name": "😀", "amount": 1.5}


def test_bytes_are_read_as_text_is() -> None:
    assert read_json(b"[1, null]") == [1, None]
    with pytest.raises(ValueError, match="NaN"):
        read_json(b"[NaN]")
