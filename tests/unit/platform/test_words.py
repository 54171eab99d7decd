"""What the Worker says in German: found by its text or its pattern, whatever values stand in it."""

import pytest

from local.host.assets import FolderAssets
from tillroll.platform.words import in_english, words_in


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("An expense is ready", "Eine Ausgabe ist bereit"),
        ("an owner", "ein Inhaber"),
        ("An owner.", "Ein Inhaber."),
        (
            "There is no bank account with this id in your account. Check the id.",
            "In Ihrem Konto gibt es nichts mit dieser Kennung (Bankkonto). Prüfen Sie die Kennung.",
        ),
        ("Nothing came. An expense is ready.", "Nothing came. Eine Ausgabe ist bereit."),
        ("An invoice of Grandma", "An invoice of Grandma"),
        (
            "The period begins with the day. It comes to 12 EUR, not to 1,234.50 EUR: look at it again.",
            "The period begins with the day. Es ergibt 12 EUR, nicht 1.234,50 EUR: Sehen Sie es sich noch einmal an.",
        ),
    ],
)
async def test_texts_are_said_in_german(english: str, german: str) -> None:
    say = await words_in(FolderAssets(), "de-AT")
    assert say(english) == german


@pytest.mark.parametrize("language", [None, "en", "fr"])
async def test_other_languages_are_said_in_english(language: str | None) -> None:
    assert await words_in(FolderAssets(), language) is in_english
