"""Card payments of an invented month."""

from datetime import date, timedelta
from typing import Any

from tests.support.bank_month_basics import FIRST, Basics
from tests.support.bank_words import (
    ABROAD,
    CITIES,
    HALF_NAMES,
    LAST_NAMES,
    SHOP_NAMES,
    has_first_word,
    mangled,
    slipped,
)
from tillroll_documents.matching.models import Document, DocumentKind, Line, MatchKind


class Cards(Basics):
    """Draws purchases, subscriptions, refunds and holds."""

    def _merchant(self) -> tuple[tuple[str, ...], str]:
        """The names that a receipt has, and the bank's."""
        chance = self._chance
        if chance.random() < 0.55:
            name, printed = self._favourite(self._chains)
            is_whole = not printed.startswith(HALF_NAMES)
            printed = (
                f"{printed} {chance.randrange(1, 9999):04d}" if chance.random() < 0.3 else printed
            )
            printed = (
                f"{printed}*{chance.randrange(16**6):06X}"
                if printed.startswith("AMZN")
                else printed
            )
        else:
            name = self._favourite(self._shops)
            printed = mangled(name, chance)
            is_whole = has_first_word(name, printed)
        if chance.random() < 0.6:
            printed = f"{printed} {chance.choice(CITIES)}"
        if chance.random() < 0.25:
            printed += " DE"
        printed = printed[:22] if chance.random() < 0.4 else printed
        if not is_whole:
            self._halves.add(printed)
        return (name,), printed

    def _card_line(self, amount: int, bought: date, printed: str, **values: Any) -> Line:
        chance = self._chance
        day = bought + timedelta(days=self._lag())
        text = ""
        if chance.random() < 0.35:
            text = chance.choice(
                (
                    f"{bought:%d.%m.%Y} KARTE 4711",
                    f"Kauf vom {bought:%d.%m.}",
                    f"{bought} 12:31 CARD",
                )
            )
        elif chance.random() < 0.5:
            text = f"KARTENZAHLUNG {chance.randrange(10**8):08d}"
        value_day = bought if chance.random() < 0.3 else day
        line = self._line(
            -amount, day, value_day=value_day, name=printed, text=text, account="card", **values
        )
        if printed in self._halves or printed.startswith(HALF_NAMES):
            self._month.asked[line.id] = "the bank writes half of the name, or more than it"
        return line

    def _expense(self, amount: int, day: date, names: tuple[str, ...], **values: Any) -> Document:
        chance = self._chance
        if chance.random() < 0.02:
            day += timedelta(days=chance.choice((-1, 1)))  # misread
        what = chance.random()
        if what < 0.04:
            names = tuple(slipped(name, chance) for name in names)
        elif what < 0.06:
            names = (f"{chance.choice(LAST_NAMES)} Gastronomie GmbH",)  # who owns the shop
        elif what < 0.08:
            names = ()
        return self._document(DocumentKind.EXPENSE, -amount, day, names=names, **values)

    def _purchase(self) -> None:
        chance = self._chance
        names, printed = self._merchant()
        amount, day = self._price(), self._day()
        what = chance.random()
        if what < 0.06:
            self._card_line(amount, day, printed)  # without a receipt
        elif what < 0.12:
            self._expense(amount, day, names)  # paid in some other way
        elif what < 0.16:
            tip = max(10, amount * chance.randint(3, 20) // 100)
            tip += -(amount + tip) % 50
            document = self._expense(amount, day, names, allows_tip=True)
            self._true(
                MatchKind.TIP,
                [self._card_line(amount + min(tip, amount // 4), day, printed)],
                [document],
            )
        elif what < 0.17:
            # misread
            document = self._expense(amount + chance.choice((-9, 9, 90, 100)), day, names)
            self._true(MatchKind.EXACT, [self._card_line(amount, day, printed)], [document])
        else:
            allows_tip = chance.random() < 0.2
            document = self._expense(amount, day, names, allows_tip=allows_tip)
            self._true(MatchKind.EXACT, [self._card_line(amount, day, printed)], [document])

    def _twins(self) -> None:
        """Two or three same purchases on one day, or on days that follow each other; some without
        one of both.
        """
        chance = self._chance
        name = chance.choice(self._shops)
        printed, amount, day = (
            mangled(name, chance),
            chance.choice((320, 350, 380, 450)),
            self._day(),
        )
        gap = chance.choice((0, 0, 1, 1, 2))
        for number in range(chance.choice((2, 2, 3))):
            bought = day + timedelta(days=gap * number)
            what = chance.random()
            if what < 0.1:
                self._card_line(amount, bought, printed)
            elif what < 0.2:
                self._expense(amount, bought, (name,))
            else:
                document = self._expense(amount, bought, (name,))
                line = self._card_line(amount, bought, printed)
                self._true(MatchKind.EXACT, [line], [document], is_twin=gap == 0)

    def _subscription(self, name: str, printed: str) -> None:
        chance = self._chance
        amount, day = (
            chance.choice((999, 1_190, 1_999, 4_900, 5_999, 8_990)),
            FIRST + timedelta(days=chance.randrange(25)),
        )
        for number in range(2):
            billed = day + timedelta(days=31 * number)
            what = chance.random()
            if what < 0.15:
                self._card_line(amount, billed, printed)
            else:
                document = self._expense(
                    amount, billed, (name,), references=(f"INV-{chance.randrange(10**7):07d}",)
                )
                self._true(MatchKind.EXACT, [self._card_line(amount, billed, printed)], [document])

    def _abroad(self) -> None:
        chance = self._chance
        name, printed, currency, rate = chance.choice(ABROAD)
        amount, day = self._price(), self._day()
        converted = max(1, round(amount * rate))
        bank = max(1, round(converted * (1 + chance.uniform(-0.005, 0.028))))
        document = self._expense(
            amount, day, (name,), currency=currency, converted=-converted, converted_currency="EUR"
        )
        if chance.random() < 0.1:
            return
        fee = round(bank * 0.0175) if chance.random() < 0.4 else 0
        if chance.random() < 0.55:
            line = self._card_line(
                bank + fee,
                day,
                printed,
                charges=fee,
                foreign_amount=-amount,
                foreign_currency=currency,
                rate=f"{bank / amount:.6f}",
            )
        else:
            line = self._card_line(bank, day, printed)
        self._true(MatchKind.FOREIGN, [line], [document])

    def _refund(self) -> None:
        chance = self._chance
        names, printed = self._merchant()
        amount, day = self._price() + 500, self._day()
        document = self._expense(amount, day, names)
        self._true(MatchKind.EXACT, [self._card_line(amount, day, printed)], [document])
        back = amount if chance.random() < 0.5 else amount * chance.randint(10, 90) // 100
        later = day + timedelta(days=chance.randint(3, 25))
        self._true(MatchKind.REFUND, [self._card_line(-back, later, printed)], [document])

    def _split(self) -> None:
        """An order that is charged as its parts are sent."""
        chance = self._chance
        amount, day = self._price() + 2_000, self._day()
        document = self._expense(amount, day, ("Amazon",))
        first = amount * chance.randint(20, 70) // 100
        parts = [first, amount - first]
        if chance.random() < 0.3:
            parts[1:] = [parts[1] // 3, parts[1] - parts[1] // 3]
        lines = [
            self._card_line(
                part, day + timedelta(days=2 * at), f"AMZN MKTP DE*{chance.randrange(16**6):06X}"
            )
            for at, part in enumerate(parts)
        ]
        self._true(MatchKind.MANY_TO_ONE, lines, [document])

    def _hold(self) -> None:
        chance = self._chance
        name, printed = chance.choice(
            (
                ("Shell Station", "SHELL 4711"),
                ("Motel One", "MOTEL ONE BERLIN"),
                ("Sixt GmbH", "SIXT"),
            )
        )
        amount, day = self._price() + 3_000, self._day()
        held = 15_000 if amount < 15_000 else amount * chance.choice((110, 125, 150)) // 100
        reference = (f"AUTH{chance.randrange(10**8):08d}",) if chance.random() < 0.3 else ()
        document = self._expense(amount, day, (name,))
        booked = self._card_line(amount, day + timedelta(days=1), printed, references=reference)
        pending = self._line(
            -held,
            None,
            value_day=day,
            name=printed,
            account="card",
            is_pending=True,
            references=reference,
        )
        self._true(MatchKind.EXACT, [booked], [document])
        self._true(MatchKind.HOLD, [pending, booked], [])

    def _hold_with_tip(self) -> None:
        """The bill is held, and a tip is added by hand."""
        chance = self._chance
        name = f"Restaurant {chance.choice(SHOP_NAMES)}"
        printed, amount, day = mangled(name, chance), self._price() + 1_500, self._day()
        tip = amount * chance.randint(5, 20) // 100
        document = self._expense(amount, day, (name,), allows_tip=True)
        booked = self._card_line(amount + tip, day + timedelta(days=1), printed)
        pending = self._line(
            -amount, None, value_day=day, name=printed, account="card", is_pending=True
        )
        self._true(MatchKind.TIP, [booked], [document])
        self._true(MatchKind.HOLD, [pending, booked], [])
