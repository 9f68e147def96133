"""Reading instruments and prices: what is refused, what is told, what the tape says."""

from datetime import date
from pathlib import Path

import pytest

from core.errors import InputError
from core.prices import Bar
from market.prices import read_instruments, read_prices

REFERENCE = Path(__file__).parents[2] / "jobs" / "reference" / "deepseek"

INSTRUMENTS = """symbol,name,kind,venue,currency,benchmark
NVDA,Nvidia,equity,XNYS,USD,^GSPC
^GSPC,S&P 500,index,XNYS,USD,
"""
PRICES = """symbol,session,close,volume
NVDA,2025-01-24,142.407,100
NVDA,2025-01-27,118.243,
^GSPC,2025-01-24,6101.24,
^GSPC,2025-01-27,6012.28,
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def instruments(folder: Path, text: str = INSTRUMENTS):
    return read_instruments(write(folder, "instruments.csv", text))


def prices(folder: Path, text: str):
    return read_prices(write(folder, "prices.csv", text), instruments(folder))


def test_instruments(tmp_path):
    nvidia, index = instruments(tmp_path)
    assert (nvidia.benchmark, index.benchmark, index.name) == ("^GSPC", None, "S&P 500")


def test_prices(tmp_path):
    table = prices(tmp_path, PRICES)
    assert table.problems == ()
    assert table.bars["NVDA"] == (
        Bar(symbol="NVDA", session=date(2025, 1, 24), close=142.407, volume=100),
        Bar(symbol="NVDA", session=date(2025, 1, 27), close=118.243, volume=None),
    )


def test_rows_may_come_in_any_order_with_a_mark_and_blank_lines(tmp_path):
    header, *rows = PRICES.splitlines()
    shuffled = "\ufeff" + "\r\n".join([header, "", *reversed(rows), ""])
    assert prices(tmp_path, shuffled) == prices(tmp_path, PRICES)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            ",XNYS,USD,^GSPC",
            ",XXXX,USD,^GSPC",
            r"instruments.csv:2: NVDA has the unknown venue 'XXXX'; known: XNYS, XPAR",
            id="unknown venue",
        ),
        pytest.param(
            "USD,^GSPC",
            "USD,^SPX",
            r"instruments.csv:2: NVDA has the unknown benchmark '\^SPX'; name another symbol",
            id="unknown benchmark",
        ),
        pytest.param(
            "USD,^GSPC",
            "USD,NVDA",
            r"instruments.csv:2: NVDA has the unknown benchmark 'NVDA'",
            id="its own benchmark",
        ),
        pytest.param(
            "equity", "share", r":2: NVDA has the unknown kind 'share'; known: equity", id="kind"
        ),
        pytest.param("^GSPC,S", "NVDA,S", r":3: NVDA is already on line 2", id="repeated symbol"),
        pytest.param("Nvidia", "", r":2: name is empty", id="no name"),
        pytest.param(
            "venue,",
            "exchange,",
            r"instruments.csv:1: no column venue; the header must have symbol,name,kind",
            id="missing column",
        ),
        pytest.param(INSTRUMENTS, "", r":1: no column symbol, name", id="empty file"),
        pytest.param(
            INSTRUMENTS, INSTRUMENTS.splitlines()[0], r"csv: no instruments", id="header only"
        ),
    ],
)
def test_refused_instruments(tmp_path, old, new, message):
    with pytest.raises(InputError, match=message):
        instruments(tmp_path, INSTRUMENTS.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "142.407", "n/a", r"prices.csv:2: close 'n/a' is not a number; correct", id="text"
        ),
        pytest.param("142.407", "inf", r"prices.csv:2: close 'inf' is not a number", id="infinite"),
        pytest.param("142.407", "", r"prices.csv:2: close is empty", id="no close"),
        pytest.param(
            "142.407",
            "-142.4",
            r":2: NVDA on 2025-01-24 has the close -142.4, not above zero",
            id="negative price",
        ),
        pytest.param("142.407", "0", r"has the close 0, not above zero", id="zero price"),
        pytest.param(",100", ",-1", r"has the volume -1, below zero", id="negative volume"),
        pytest.param(",100", ",many", r":2: volume 'many' is not a number", id="text volume"),
        pytest.param(
            "NVDA,2025-01-27",
            "NVDA,2025-01-24",
            r"prices.csv:3: NVDA on 2025-01-24 is already on line 2",
            id="repeated session",
        ),
        pytest.param(
            "NVDA,2025-01-27",
            "NVDA,27/01/2025",
            r"prices.csv:3: session '27/01/2025' is not a date; write YYYY-MM-DD",
            id="French date",
        ),
        pytest.param(
            "118.243,", "118,243,", r"prices.csv:3: 5 cells under 4 columns", id="decimal comma"
        ),
        pytest.param("close,", "price,", r"prices.csv:1: no column close", id="missing column"),
        pytest.param("2025-01-27,118.243,\n^", '2025-01-27,"118.243\n^', r"malformed", id="quote"),
        pytest.param(PRICES, PRICES.splitlines()[0], r"prices.csv: no prices", id="header only"),
    ],
)
def test_refused_prices(tmp_path, old, new, message):
    with pytest.raises(InputError, match=message):
        prices(tmp_path, PRICES.replace(old, new, 1))


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"prices.csv: No such file.*; check the path"):
        read_prices(tmp_path / "prices.csv", instruments(tmp_path))


def test_not_utf8(tmp_path):
    path = tmp_path / "instruments.csv"
    path.write_bytes(INSTRUMENTS.replace("Nvidia", "Société").encode("latin-1"))
    with pytest.raises(InputError, match=r"malformed: 'utf-8' codec.*; save it as CSV in UTF-8"):
        read_instruments(path)


@pytest.mark.parametrize(
    ("rows", "kept", "problem"),
    [
        pytest.param("", 0, "NVDA: no prices", id="no prices"),
        pytest.param(
            "NVDA,2025-01-22,146\nNVDA,2025-01-24,142\n",
            2,
            "NVDA: no price on 2025-01-23",
            id="gap",
        ),
        pytest.param(
            "NVDA,2025-01-21,140\nNVDA,2025-01-28,128\n",
            2,
            "NVDA: no price on 2025-01-22, 2025-01-23, 2025-01-24 and 1 more",
            id="long gap",
        ),
        pytest.param(
            "NVDA,2025-01-24,142\nNVDA,2025-01-25,141\nNVDA,2025-01-27,118\n",
            2,
            "NVDA: dropped, no session of XNYS: 2025-01-25",
            id="Saturday",
        ),
        pytest.param(
            "NVDA,2014-12-30,20\nNVDA,2014-12-31,20\n",
            0,
            "NVDA: dropped, no session of XNYS: 2014-12-30, 2014-12-31",
            id="before the calendars",
        ),
        pytest.param(
            "NVDA,2025-01-24,1424\nNVDA,2025-01-27,118\n",
            2,
            "NVDA: moved by -91.7 % on 2025-01-27; check for an unadjusted split",
            id="split",
        ),
    ],
)
def test_problems_are_told(tmp_path, rows, kept, problem):
    index = "^GSPC,2025-01-24,6101,\n"
    volumes = rows.replace("\n", ",\n")
    table = prices(tmp_path, f"symbol,session,close,volume\n{index}{volumes}")
    assert (len(table.bars["NVDA"]), table.problems) == (kept, (problem,))


def test_jump_over_a_gap_is_a_gap(tmp_path):
    rows = "symbol,session,close,volume\nNVDA,2025-01-22,146,\nNVDA,2025-01-24,14,\n"
    assert prices(tmp_path, rows).problems == (
        "NVDA: no price on 2025-01-23",
        "^GSPC: no prices",
    )


def test_rows_of_other_symbols_are_told(tmp_path):
    table = prices(tmp_path, PRICES + "TSLA,2025-01-27,397.15,\nTSLA,2025-01-28,398.09,\n")
    assert table.problems == ("TSLA: 2 rows from 2025-01-27 dropped, it is not an instrument",)


def test_reference_problems():
    found = read_prices(
        REFERENCE / "prices.csv", read_instruments(REFERENCE / "instruments.csv")
    ).problems
    assert found == (
        "^VIX: dropped, no session of XNYS: 2024-06-19, 2024-07-04, 2024-09-02 and 4 more",
        "^VIX: moved by +64.9 % on 2024-08-05; check for an unadjusted split",
        "^VIX: moved by +74.0 % on 2024-12-18; check for an unadjusted split",
        "^STOXX50E: no price on 2024-08-01, 2025-01-02",
        "VIRTUAL-USD: moved by +45.3 % on 2024-11-15; check for an unadjusted split",
        "EURUSD=X: no price on 2025-01-01",
    )


def test_reference_counts():
    table = read_prices(REFERENCE / "prices.csv", read_instruments(REFERENCE / "instruments.csv"))
    lines = (REFERENCE / "prices.csv").read_text(encoding="utf-8").splitlines()
    out_of_session = 7
    assert sum(map(len, table.bars.values())) == len(lines) - 1 - out_of_session
