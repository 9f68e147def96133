"""Numbers and dates as each language writes them. No locale of the machine is used."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

Lang = Literal["fr", "en"]

MINUS = "\N{MINUS SIGN}"
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
#: Smallest p that is written out.
LEAST_P = 0.001

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
_SHORT_MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "fr": "janv. févr. mars avril mai juin juil. août sept. oct. nov. déc.",
}
_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
}


@dataclass(frozen=True, slots=True)
class Formats:
    """How one language writes values; None is written as missing, never as 0."""

    lang: Lang

    @property
    def missing(self) -> str:
        """What stands for a value that isn't there."""
        return "n. d.".replace(" ", "\N{NO-BREAK SPACE}") if self.lang == "fr" else "n/a"

    def number(self, value: float | None, digits: int = 2, *, signed: bool = False) -> str:
        """A number with so many decimals, thousands grouped; `signed` writes a plus too."""
        if value is None:
            return self.missing
        text = f"{abs(value):,.{digits}f}"
        if self.lang == "fr":
            text = text.replace(",", NARROW_SPACE).replace(".", ",")
        if not any(digit in text for digit in "123456789"):
            return text
        return (MINUS if value < 0 else "+" if signed else "") + text

    def percent(self, fraction: float | None, digits: int = 1, *, signed: bool = True) -> str:
        """A fraction as a percentage: -0.1697 gives "−17.0%" or "−17,0 %"."""
        if fraction is None:
            return self.missing
        gap = NARROW_SPACE if self.lang == "fr" else ""
        return f"{self.number(100 * fraction, digits, signed=signed)}{gap}%"

    def integer(self, value: int) -> str:
        """A count, thousands grouped."""
        return self.number(value, 0)

    def p_value(self, p: float | None) -> str:
        """A p-value with three decimals, or "< 0.001"."""
        if p is not None and p < LEAST_P:
            return f"<\N{NO-BREAK SPACE}{self.number(LEAST_P, 3)}"
        return self.number(p, 3)

    def interval(self, low: float | None, high: float | None, write: Callable[[float], str]) -> str:
        """An interval such as "−0.10 to +0.20"; missing if an end is."""
        if low is None or high is None:
            return self.missing
        return f"{write(low)} {'à' if self.lang == 'fr' else 'to'} {write(high)}"

    def month(self, month: date) -> str:
        """Such as "March 2020" or "mars 2020"."""
        return f"{_MONTHS[self.lang].split()[month.month - 1]} {month.year}"

    def day(self, day: date) -> str:
        """Such as "27 January 2025" or "27 janvier 2025"."""
        return f"{self._ordinal(day)}\N{NO-BREAK SPACE}{self.month(day)}"

    def days(self, first: date, last: date) -> str:
        """Such as "20 January to 14 February 2025" or "20 janvier au 14 février 2025"."""
        start = self.day(first)
        if first.year == last.year:
            start = start.removesuffix(f" {first.year}")
        return f"{start} {'au' if self.lang == 'fr' else 'to'} {self.day(last)}"

    def weekday(self, day: date) -> str:
        """Such as "Monday 27 January 2025"."""
        return f"{_DAYS[self.lang].split()[day.weekday()]} {self.day(day)}"

    def short_day(self, day: date) -> str:
        """Such as "27 Jan" or "27 janv."."""
        month = _SHORT_MONTHS[self.lang].split()[day.month - 1]
        return f"{self._ordinal(day)}\N{NO-BREAK SPACE}{month}"

    def moment(self, moment: datetime) -> str:
        """Such as "27 Jan 14:30", in UTC; the zone is for the column's heading to say.

        Raises:
            ValueError: if it is naive.
        """
        if moment.tzinfo is None:
            raise ValueError(f"{moment} has no time zone")
        utc = moment.astimezone(UTC)
        hour = utc.strftime(
            "%H\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}%M" if self.lang == "fr" else "%H:%M"
        )
        return f"{self.short_day(utc.date())} {hour}"

    def _ordinal(self, day: date) -> str:
        return "1er" if self.lang == "fr" and day.day == 1 else str(day.day)
