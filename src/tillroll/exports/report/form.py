"""How a report writes amounts, days and sizes."""

from tillroll.exports.profile import DateForm, Profile

_KB = 1024


class Form:
    """By a profile's decimal mark and form of days: 1,234.50 or 1.234,50; YYYY-MM-DD without a form."""

    def __init__(self, profile: Profile) -> None:
        self._mark = profile.decimal_mark
        self._thousands = "." if self._mark == "," else ","
        self._dates = profile.date_form or DateForm.ISO

    def amount(self, amount: str | None, currency: str | None = None) -> str:
        """A decimal string, with its currency behind it where that is given; empty where there is none."""
        if not amount:
            return ""
        whole, _, digits = amount.removeprefix("-").partition(".")
        grouped = f"{int(whole):,}".replace(",", self._thousands)
        said = f"{'-' if amount.startswith('-') else ''}{grouped}{self._mark + digits if digits else ''}"
        return said if currency is None else f"{said} {currency}"

    def rate(self, rate: str) -> str:
        return rate.replace(".", self._mark)

    def day(self, day: str) -> str:
        """`day` is YYYY-MM-DD."""
        return self._dates.write(day)

    def moment(self, at: str) -> str:
        """UTC text."""
        return f"{self.day(at[:10])} {at[11:16]} UTC"

    def size(self, count: int) -> str:
        """Of a file of so many bytes."""
        return self.amount(f"{count / _KB**2:.1f}", "MB") if count >= _KB**2 else f"{max(1, round(count / _KB))} KB"
