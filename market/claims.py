"""Statements of the press about prices, read from a file and held against the tape.

All are about closes: what happened within a day isn't known here.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import InvalidOperation
from pathlib import Path

import numpy as np

from core.errors import InputError
from core.prices import Bar, Claim, ClaimCheck, ClaimReading, Instrument
from market.calendar import previous_session, sessions
from market.claim_kinds import Window, kinds
from market.returns import align_closes, return_series
from market.tables import Row, read_rows

COLUMNS = ("id", "document", "claim", "symbol", "measure", "stated", "unit", "window")


def read_claims(path: Path) -> tuple[Claim, ...]:
    """Read the claims of a case, in the order of the file.

    Raises:
        InputError: if the file can't be read, or a line has an unknown kind, or a stated
            value or window that isn't of its form.
    """
    return tuple(_claim(row) for row in read_rows(path, COLUMNS))


def check_claim(
    claim: Claim,
    instruments: Sequence[Instrument],
    bars: Mapping[str, Sequence[Bar]],
    shares: Mapping[str, float],
) -> ClaimCheck:
    """Hold a claim against closing prices.

    A stated number is confirmed within half a unit of its last digit and the accuracy of the
    prices; a change of market value within 5 %, as shares and adjusted closes are approximate.

    Args:
        claim: The statement.
        instruments: Those with prices.
        bars: Closing prices by symbol, oldest first.
        shares: Shares outstanding by symbol, where known.

    Raises:
        InputError: if the claim is of an unknown kind.
    """
    if (kind := kinds().get((claim.measure, claim.unit))) is None:
        raise InputError(claim.id, f"can't check {claim.measure} in {claim.unit}")
    stated = kind.read(claim.stated)
    known = {instrument.symbol: instrument for instrument in instruments}
    windows, missing = [], []
    for symbol in claim.symbols:
        window = _window(claim, known.get(symbol), bars, shares)
        if isinstance(window, str):
            missing.append(f"{symbol}: {window}")
        else:
            windows.append(window)
    holds, measured = kind.judge(stated, windows) if not missing else (None, ", ".join(missing))
    around_the_clock = any(known[s].venue == "24/7" for s in claim.symbols if s in known)
    return ClaimCheck(
        claim=claim,
        reading=_READINGS[holds],
        measured=measured,
        rule=kind.rule(stated) + ("; UTC days" if around_the_clock else ""),
    )


_READINGS = {
    True: ClaimReading.CONFIRMED,
    False: ClaimReading.CONTRADICTED,
    None: ClaimReading.CANNOT_BE_TOLD,
}


def _claim(row: Row) -> Claim:
    measure, unit, stated = row.text("measure"), row.text("unit"), row.text("stated")
    if (kind := kinds().get((measure, unit))) is None:
        known = ", ".join(f"{m} in {u}" for m, u in kinds())
        raise row.error(f"can't check {measure} in {unit}", remedy=f"known: {known}")
    symbols = tuple(row.text("symbol").split())
    if kind.single and len(symbols) > 1:
        raise row.error(f"{measure} in {unit} is about one symbol", remedy="write a line for each")
    try:
        kind.read(stated)
        first, last = _ends(row.text("window"))
    except (ValueError, InvalidOperation) as e:
        problem = f"can't read {stated!r} as {unit} or {row.text('window')!r} as window"
        raise row.error(problem, remedy="see the columns of the reference case") from e
    return Claim(
        id=row.text("id"),
        document=row.text("document"),
        claim=row.text("claim"),
        symbols=symbols,
        measure=measure,
        stated=stated,
        unit=unit,
        first=first,
        last=last,
    )


def _ends(window: str) -> tuple[date, date]:
    first, _, last = window.partition("..")
    ends = date.fromisoformat(first), date.fromisoformat(last or first)
    if ends[0] > ends[1]:
        raise ValueError(window)
    return ends


def _window(
    claim: Claim,
    instrument: Instrument | None,
    bars: Mapping[str, Sequence[Bar]],
    shares: Mapping[str, float],
) -> Window | str:
    """The prices that a claim needs, or why they aren't there."""
    if instrument is None:
        return "no prices"
    inside = sessions(instrument.venue, claim.first, claim.last)
    if not inside:
        return f"no session of {instrument.venue} on {claim.first}"
    days = [previous_session(inside[0]).label, *(session.label for session in inside)]
    closes = align_closes(bars.get(instrument.symbol, ()), days)
    if unknown := [day for day, close in zip(days, closes, strict=True) if np.isnan(close)]:
        return f"no price on {unknown[0]}"
    return Window(
        symbol=instrument.symbol,
        days=tuple(days[1:]),
        closes=closes,
        history=return_series(instrument, bars),
        shares=shares.get(instrument.symbol),
    )
