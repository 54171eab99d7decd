"""What stands in the holes of sentences is said in German, too: no English word is left."""

import pytest

from local.places import ROOT
from tillroll_durable.platform.words import words_in
from tillroll_testing.host.assets import FolderAssets


@pytest.mark.parametrize(
    ("english", "german"),
    [
        # Runs.
        (
            "The step pay failed for good after it was tried once: no message. The run has ended.",
            (
                "Der Schritt pay schlug endgültig fehl nach einem Versuch: keine Meldung. Der "
                "Vorgang ist beendet."
            ),
        ),
        ("pay: completed after 1 attempt", "pay: abgeschlossen nach einem Versuch"),
        ("pay: failed after 3 attempts", "pay: fehlgeschlagen nach 3 Versuchen"),
        (
            (
                "Its event was given up after 10 attempts: 500. Mend that, then `resend` sends it "
                "again."
            ),
            (
                "Das Ereignis wurde nach 10 Versuchen aufgegeben: 500. Beheben Sie das, dann "
                "sendet `resend` es erneut."
            ),
        ),
        (
            "pay (idempotency key run_1:pay) may have been sent twice, its outcome is unknown",
            (
                "pay (Idempotenzschlüssel run_1:pay) wurde vielleicht zweimal gesendet, das "
                "Ergebnis ist unbekannt"
            ),
        ),
        (
            (
                "pay (idempotency key run_1:pay) may have been sent 3 times, the last time as "
                "po_1, and was undone"
            ),
            (
                "pay (Idempotenzschlüssel run_1:pay) wurde vielleicht 3-mal gesendet, das letzte "
                "Mal als po_1, und wurde rückgängig gemacht"
            ),
        ),
        (
            (
                "Runs of this status cannot be chosen for this: choose failed or cancelled, or "
                "leave it out."
            ),
            (
                "Vorgänge mit diesem Status lassen sich hierfür nicht auswählen: Wählen Sie "
                "fehlgeschlagen oder abgebrochen, oder lassen Sie den Status weg."
            ),
        ),
        # Seals.
        (
            "Event 5 was deleted before a seal covered it, between event 4 and event 6 of run_1.",
            (
                "Ereignis 5 wurde gelöscht, bevor ein Siegel es abdeckte, zwischen Ereignis 4 und "
                "Ereignis 6 von run_1."
            ),
        ),
        (
            "Of run_1, number 3 is missing before event 11 (number 4).",
            "In run_1: Nummer 3 fehlt vor Ereignis 11 (Nummer 4).",
        ),
        # Banks.
        (
            "They would without entry 3 (line 14 of the file).",
            "Ohne diesen Umsatz ginge es auf: der Umsatz 3 (Zeile 14 der Datei).",
        ),
        (
            (
                "but it is also proposed for the entry of 2026-03-03 and 2026-03-04, and fits "
                "better there"
            ),
            (
                "aber es ist auch für den Umsatz vom 03.03.2026 und 04.03.2026 vorgeschlagen und "
                "passt dort besser"
            ),
        ),
        # Money.
        (
            "the books have the money nowhere, and it must be arrived or on its way",
            "laut den Büchern ist das Geld nirgends, es müsste aber angekommen oder unterwegs sein",
        ),
        (
            (
                "Dear: an expense in Meals of a certain person above 1,020.00 EUR without a "
                "receipt is not claimed, unless an owner approves it."
            ),
            (
                "Dear: eine Ausgabe in Meals einer bestimmten Person über 1.020,00 EUR ohne Beleg "
                "wird nicht abgerechnet, außer wenn ein Inhaber sie genehmigt."
            ),
        ),
        (
            "It is voided; only what is ready or approved can be exported.",
            "Sie ist storniert; nur was fertig oder genehmigt ist, kann exportiert werden.",
        ),
        ("At 09:00 on the 15th day of every month", "Um 09:00 am fünfzehnten Tag jedes Monats"),
        ("Every 15th minute of every hour", "In jeder fünfzehnten Minute jeder Stunde"),
        (
            "A payout run failed at pay (code 500) and waits for an operator.",
            (
                "Ein Vorgang der Art Auszahlung schlug bei pay (Code 500) fehl und wartet auf "
                "einen Betreiber."
            ),
        ),
        # A person's own words stay.
        ("Fish and Chips", "Fish and Chips"),
        ("An invoice of Fish, Chips or approved", "An invoice of Fish, Chips or approved"),
    ],
)
async def test_what_stands_in_a_hole_is_said_in_german(english: str, german: str) -> None:
    say = await words_in(FolderAssets(ROOT / "public"), "de")
    assert say(english) == german
