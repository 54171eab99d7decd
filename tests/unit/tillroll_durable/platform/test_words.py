"""What the Worker says in German: found by its text or its pattern, whatever values stand in it."""

import random
import re
import time
from collections.abc import Iterator

import pytest

from local.places import ROOT
from tillroll_durable.platform.words import (
    CATALOGUE,
    in_english,
    translations_in,
    verbatim,
    words_in,
)
from tillroll_testing.host.assets import FolderAssets


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("An expense is ready", "Eine Ausgabe ist fertig"),
        ("an owner", "ein Inhaber"),
        ("An owner.", "Ein Inhaber."),
        (
            "There is no bank account with this id in your account. Check the id.",
            "In Ihrem Konto gibt es nichts mit dieser Kennung (Bankkonto). Prüfen Sie die Kennung.",
        ),
        ("Nothing came. An expense is ready.", "Nothing came. Eine Ausgabe ist fertig."),
        ("An invoice of Grandma", "An invoice of Grandma"),
        (
            (
                "The period begins with the day. It comes to 12 EUR, not to 1,234.50 EUR: look at "
                "it again."
            ),
            (
                "The period begins with the day. Es ergibt 12 EUR, nicht 1.234,50 EUR: Sehen Sie "
                "es sich noch einmal an."
            ),
        ),
    ],
)
async def test_texts_are_said_in_german(english: str, german: str) -> None:
    say = await words_in(FolderAssets(ROOT / "public"), "de-AT")
    assert say(english) == german


@pytest.mark.parametrize("language", [None, "en", "fr"])
async def test_other_languages_are_said_in_english(language: str | None) -> None:
    assert await words_in(FolderAssets(ROOT / "public"), language) is in_english


@pytest.mark.parametrize(
    ("sentence", "german"),
    [
        # Words that are a sentence of the catalogue, an amount and a day: they are a person's.
        (f"Hello {verbatim('An expense is ready')},", "Guten Tag An expense is ready,"),
        (f"Hello {verbatim('1,234.50 EUR')},", "Guten Tag 1,234.50 EUR,"),
        (f"Hello {verbatim('2026-01-02')},", "Guten Tag 2026-01-02,"),
        (f"Hello {verbatim('A. B: {1}')},", "Guten Tag A. B: {1},"),
        (verbatim("An expense is ready"), "An expense is ready"),
        # Nobody forges a mark, nor another one's place.
        (f"Hello {verbatim(chr(0x2068) + '0' + chr(0x2069))},", "Guten Tag 0,"),
        (f"{chr(0x2068)}7{chr(0x2069)} {chr(0x2068)}An expense is ready", "7 An expense is ready"),
    ],
)
async def test_a_persons_words_are_neither_parsed_nor_translated(
    sentence: str, german: str
) -> None:
    say = await words_in(FolderAssets(ROOT / "public"), "de")
    assert say(sentence) == german
    assert "\u2068" not in in_english(sentence)


@pytest.mark.parametrize(
    ("text", "german"),
    [
        (
            "“Hotel” is in the name. “Hotelbetriebs” is in the name.",
            "„Hotel“ steht im Namen. „Hotelbetriebs“ steht im Namen.",
        ),
        ("seven days later", "sieben Tage später"),
        ("13 days earlier", "13 Tage früher"),
        ("My company", "Meine Firma"),
    ],
)
async def test_a_sentence_that_comes_twice_is_two_sentences(text: str, german: str) -> None:
    say = await words_in(FolderAssets(ROOT / "public"), "de")
    assert say(text) == german


def _hostile(messages: list[str], length: int) -> Iterator[str]:
    """Texts of the words that stand between holes, over and over: the worst for a matcher that
    goes back."""
    source = random.Random(f"words {length}")
    with_holes = [each for each in messages if each.count("{") > 1]
    for message in source.sample(with_holes, 25):
        between = [each for each in re.split(r"\{\d+\}", message) if each]
        texts = "".join(each * 8 for each in between)
        yield f"{between[0]}{(texts * length)[:length]}"
        yield (f"{between[0]}; " * length)[:length]
        yield (f"x {between[-1]}" * length)[:length]


async def test_the_time_to_translate_grows_with_the_text() -> None:
    """Reasons of people once took 16.8 s at 215 characters."""
    say = await words_in(FolderAssets(ROOT / "public"), "de")
    catalogue = (await FolderAssets(ROOT / "public").read(CATALOGUE)).decode()
    for length in (250, 1_000):
        for text in _hostile([*translations_in(catalogue)], length):
            start = time.process_time()
            say(text)
            assert time.process_time() - start < length / 250, text
