"""Claims of the press against the tape. The measured values were worked out with awk."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.errors import InputError
from core.prices import Bar, Claim, ClaimReading, Instrument
from market.claims import check_claim, read_claims
from market.prices import read_instruments, read_prices

REFERENCE = Path(__file__).parents[2] / "jobs" / "reference" / "deepseek"
SHARES = {"NVDA": 24.49e9}
CONFIRMED, CONTRADICTED, UNTOLD = ClaimReading


def claim(stated: str, unit: str = "percent", **changes) -> Claim:
    day = date(2025, 1, 27)
    made = Claim(
        id="c",
        document="000",
        claim="...",
        symbols=("A",),
        measure="return",
        stated=stated,
        unit=unit,
        first=day,
        last=day,
    )
    return replace(made, **changes)


def instrument(symbol: str) -> Instrument:
    return Instrument(
        symbol=symbol, name=symbol, kind="equity", venue="XNYS", currency="USD", benchmark=None
    )


def check(made: Claim, **closes: dict[str, float]):
    table = {
        symbol: tuple(
            Bar(symbol=symbol, session=date.fromisoformat(day), close=close, volume=None)
            for day, close in values.items()
        )
        for symbol, values in closes.items()
    }
    found = check_claim(made, [instrument(s) for s in closes], table, {"A": 1e9})
    return found.reading, found.measured


def monday(close: float) -> dict[str, float]:
    """From 100 on Friday 24 January 2025."""
    return {"2025-01-24": 100, "2025-01-27": close}


@pytest.fixture(scope="module")
def checked():
    instruments = read_instruments(REFERENCE / "instruments.csv")
    bars = read_prices(REFERENCE / "prices.csv", instruments).bars
    return {
        c.id: check_claim(c, instruments, bars, SHARES)
        for c in read_claims(REFERENCE / "claims.csv")
    }


REFERENCE_ROWS = {
    "c01": (CONFIRMED, "-16.97 %"),
    "c02": (CONFIRMED, "-16.97 %"),
    "c03": (CONTRADICTED, "-16.97 %"),
    "c04": (CONFIRMED, "-9.15 %"),
    "c05": (UNTOLD, "-9.15 %, prices begin on 2024-06-03"),
    "c06": (CONFIRMED, "-6.37 %"),
    "c07": (CONFIRMED, "-17.40 %"),
    "c08": (CONTRADICTED, "-13.33 %"),
    "c09": (CONTRADICTED, "-0.58 %"),
    "c10": (CONTRADICTED, "ETH-USD -1.77 %, SOL-USD -2.30 %"),
    "c11": (CONTRADICTED, "-2.75 % (mean of 6)"),
    "c12": (CONFIRMED, "MARA -8.50 %, RIOT -15.44 %"),
    "c13": (CONFIRMED, "+20.02 % (2025-01-27)"),
    "c14": (CONFIRMED, "+20.01 % (2025-02-06)"),
    "c15": (CONFIRMED, "+10.00 % (2025-02-05)"),
    "c16": (CONFIRMED, "about -592 billion USD"),
    "c17": (CONTRADICTED, "about -592 billion USD"),
    "c18": (CONFIRMED, "about -592 billion USD"),
    "c19": (UNTOLD, "shares outstanding of ^NDX unknown"),
}


@pytest.mark.parametrize("row", REFERENCE_ROWS)
def test_reference(checked, row):
    assert (checked[row].reading, checked[row].measured) == REFERENCE_ROWS[row]


def test_reference_is_whole(checked):
    assert list(checked) == list(REFERENCE_ROWS)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        pytest.param("c01", "-17 % ± 0.53 points", id="whole number"),
        pytest.param("c08", "-9.88 % ± 0.035 points", id="two decimals"),
        pytest.param("c09", "-5 % ± 0.53 points; UTC days", id="crypto"),
        pytest.param("c10", "each in -10 .. -8 % ± 0.53 points; UTC days", id="range"),
        pytest.param("c05", "no larger fall after 2020-03", id="largest fall"),
        pytest.param("c06", "one session ≤ -6 %", id="fall of at least"),
        pytest.param("c13", "one session ≥ 19.9 %", id="rise of at least"),
        pytest.param("c12", "each below 0 %", id="below"),
        pytest.param(
            "c16", "-600 billion USD ± 5 %; shares outstanding × close", id="market value"
        ),
    ],
)
def test_rule(checked, row, rule):
    assert checked[row].rule == rule


@pytest.mark.parametrize(
    ("made", "close", "reading"),
    [
        pytest.param(claim("-17"), 83.5, CONFIRMED, id="rounds up to it"),
        pytest.param(claim("-17"), 82.48, CONFIRMED, id="within the prices' accuracy"),
        pytest.param(claim("-17"), 82.4, CONTRADICTED, id="rounds to another"),
        pytest.param(claim("-17.0"), 83.1, CONTRADICTED, id="a stated decimal binds"),
        pytest.param(claim("17"), 83, CONTRADICTED, id="opposite sign"),
        pytest.param(claim("-6", "percent_at_least"), 94, CONFIRMED, id="just as much"),
        pytest.param(claim("-6", "percent_at_least"), 94.1, CONTRADICTED, id="not as much"),
        pytest.param(claim("-6", "percent_at_least"), 110, CONTRADICTED, id="other direction"),
        pytest.param(claim("-8..-10", "percent_range"), 91, CONFIRMED, id="in the range"),
        pytest.param(claim("-10..-8", "percent_range"), 92.4, CONFIRMED, id="rounds into it"),
        pytest.param(claim("-8..-10", "percent_range"), 89, CONTRADICTED, id="beyond the range"),
        pytest.param(claim("0", "percent_below"), 100, CONTRADICTED, id="unchanged isn't below"),
        pytest.param(
            claim("-20", "billion_usd", measure="market_value_change"),
            80.9,
            CONFIRMED,
            id="market value within 5 %",
        ),
        pytest.param(
            claim("-20", "billion_usd", measure="market_value_change"),
            81.1,
            CONTRADICTED,
            id="market value beyond 5 %",
        ),
    ],
)
def test_reading(made, close, reading):
    assert check(made, A=monday(close))[0] == reading


TWO = ("A", "B")
WEEK = {"2025-01-24": 100, "2025-01-27": 90, "2025-01-28": 99}


@pytest.mark.parametrize(
    ("made", "closes", "expected"),
    [
        pytest.param(
            claim("-3", measure="mean_return", symbols=TWO),
            {"A": monday(90), "B": monday(104)},
            (CONFIRMED, "-3.00 % (mean of 2)"),
            id="mean",
        ),
        pytest.param(
            claim("0", "percent_below", symbols=TWO),
            {"A": monday(90), "B": monday(104)},
            (CONTRADICTED, "A -10.00 %, B +4.00 %"),
            id="below asks for all",
        ),
        pytest.param(
            claim("-5", "percent_at_least", symbols=TWO),
            {"A": monday(90), "B": monday(96)},
            (CONTRADICTED, "A -10.00 %, B -4.00 %"),
            id="at least asks for all",
        ),
        pytest.param(
            claim("-1", last=date(2025, 1, 28)),
            {"A": WEEK},
            (CONFIRMED, "-1.00 %"),
            id="return over two sessions",
        ),
        pytest.param(
            claim("9.9", "percent_at_least", last=date(2025, 1, 28)),
            {"A": WEEK},
            (CONFIRMED, "+10.00 % (2025-01-28)"),
            id="best of two sessions",
        ),
        pytest.param(
            claim("-17"), {"B": monday(83)}, (UNTOLD, "A: no prices"), id="unknown symbol"
        ),
        pytest.param(
            claim("-17"), {"A": {"2025-01-27": 83}}, (UNTOLD, "A: no price on 2025-01-24"), id="gap"
        ),
        pytest.param(
            claim("-17", first=date(2025, 1, 25), last=date(2025, 1, 26)),
            {"A": monday(83)},
            (UNTOLD, "A: no session of XNYS on 2025-01-25"),
            id="weekend",
        ),
    ],
)
def test_measured(made, closes, expected):
    assert check(made, **closes) == expected


def history(gap: str | None = None, **moves: float) -> dict[str, float]:
    """Closes of every day from 2 December 2024, standing still but for the moves in percent."""
    closes, close, day = {}, 100.0, date(2024, 12, 2)
    while day <= date(2025, 1, 27):
        close *= 1 + moves.get(f"d{day:%m%d}", 0) / 100
        closes[str(day)] = close
        day += timedelta(1)
    closes.pop(gap, None)
    return closes


@pytest.mark.parametrize(
    ("since", "closes", "expected"),
    [
        pytest.param(
            "2024-12", history(d0127=-9, d1210=-20), (CONFIRMED, "-9.00 %"), id="since that month"
        ),
        pytest.param(
            "2024-12",
            history(d0127=-9, d0110=-9.5),
            (CONTRADICTED, "-9.00 %, -9.50 % (2025-01-10)"),
            id="a larger one since",
        ),
        pytest.param(
            "2024-11",
            history(d0127=-9),
            (UNTOLD, "-9.00 %, prices begin on 2024-12-02"),
            id="prices begin later",
        ),
        pytest.param(
            "2024-11",
            history(d0127=-9, d1210=-20),
            (CONTRADICTED, "-9.00 %, -20.00 % (2024-12-10)"),
            id="prices begin later, but a larger fall is known",
        ),
        pytest.param(
            "2024-12",
            history("2025-01-15", d0127=-9),
            (UNTOLD, "-9.00 %, no return known on 2025-01-15"),
            id="a gap may hide one",
        ),
        pytest.param("2024-12", history(d0127=2), (CONTRADICTED, "+2.00 %"), id="it rose"),
    ],
)
def test_largest_fall(since, closes, expected):
    assert check(claim(since, "month", measure="largest_fall_since"), A=closes) == expected


HEADER = "id,document,claim,symbol,measure,stated,unit,window\n"
LINE = "c1,000,A fell,A,return,-17,percent,2025-01-27\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "return", "volume", r":2: can't check volume in percent; known: return", id="m"
        ),
        pytest.param("-17", "a lot", r"claims.csv:2: can't read 'a lot' as percent", id="words"),
        pytest.param("-17", "nan", r"claims.csv:2: can't read 'nan' as percent", id="not a number"),
        pytest.param("2025-01-27", "2025-13-27", r"or '2025-13-27' as window", id="window"),
        pytest.param("2025-01-27", "2025-01-27..2025-01-20", r"as window", id="reversed window"),
        pytest.param(",A,", ",A B,", r":2: return in percent is about one symbol; write", id="two"),
        pytest.param(",A,", ",,", r"claims.csv:2: symbol is empty", id="no symbol"),
    ],
)
def test_refused(tmp_path, old, new, message):
    path = tmp_path / "claims.csv"
    path.write_text(HEADER + LINE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_claims(path)


def test_unknown_kind():
    with pytest.raises(InputError, match=r"c: can't check return in yards"):
        check(claim("-17", "yards"), A=monday(83))
