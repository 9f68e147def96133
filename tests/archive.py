"""A small archive of one's own: eleven news lines and five instruments around one Monday.

Closes of New York are at 21:00 UTC, those of "24/7" at midnight.
"""

import json
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.settings import Settings
from jobs.replay.archive import ArchiveFiles, Span
from market.calendar import session_dates

FIRST, EVENT, LAST = date(2025, 1, 24), date(2025, 1, 27), date(2025, 1, 28)

INSTRUMENTS = """\
symbol,name,kind,venue,currency,benchmark
NVDA,Nvidia,equity,XNYS,USD,^GSPC
AAPL,Apple,equity,XNYS,USD,^GSPC
TSLA,Tesla,equity,XNYS,USD,^GSPC
^GSPC,S&P 500,index,XNYS,USD,
BTC-USD,Bitcoin,crypto,24/7,USD,
"""

RIVAL = "https://news.example/rival"
NEWS = (
    ("2025-01-24T20:59:00Z", "Nvidia shares rise before the weekend", {}),
    ("2025-01-24T21:00:00Z", "Apple and Nvidia fall after the closing bell", {}),
    ("2025-01-25T14:00:00Z", "Nvidia shares slump as a rival arrives", {"url": RIVAL}),
    ("2025-01-25T15:00:00Z", "Nvidia shares slump as a rival arrives", {"source": "Copies"}),
    ("2025-01-27T10:00:00Z", "Nvidia shares slip as a rival arrives", {"url": RIVAL}),
    (
        "2025-01-27T10:30:00+01:00",
        "Nvidia s'effondre à Wall Street, Apple grimpe",
        {"source": "Les Échos", "lang": "fr", "summary": "Le titre perd 12 % à l'ouverture."},
    ),
    ("2025-01-27T12:00:00Z", "DAX schließt fester, Siemens Energy legt deutlich zu", {}),
    ("2025-01-27", "Nvidia said to review its spending this year", {}),
    ("2025-01-27T22:00:00Z", "Apple shares gain as investors look for shelter", {}),
    ("2025-01-28T15:00:00Z", "Nvidia shares recover part of the loss", {}),
    ("2025-01-28T23:30:00Z", "Bitcoin climbs late in the evening", {}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The files on disk."""

    files: ArchiveFiles
    span: Span


def write_archive(folder: Path, *, news=NEWS, prices=None, instruments=INSTRUMENTS) -> Archive:
    folder.mkdir(parents=True, exist_ok=True)
    files = ArchiveFiles(
        news=folder / "news.jsonl",
        prices=folder / "prices.csv",
        instruments=folder / "instruments.csv",
    )
    lines = [{"published": at, "title": title, **rest} for at, title, rest in news]
    files.news.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    files.prices.write_text(csv_of_prices() if prices is None else prices)
    files.instruments.write_text(instruments)
    return Archive(files=files, span=Span(first=FIRST, last=LAST, event=EVENT))


def csv_of_prices(*, later: float = 1.0) -> str:
    """Closing prices from November to February; from the last day on multiplied by `later`.

    Apple lacks one session, Tesla all.
    """
    rows = ["symbol,session,close,volume"]
    for symbol, venue, beta in (
        ("NVDA", "XNYS", 1.5),
        ("AAPL", "XNYS", 0.8),
        ("^GSPC", "XNYS", 1.0),
        ("BTC-USD", "24/7", 2.0),
    ):
        for n, day in enumerate(session_dates(venue, date(2024, 11, 1), date(2025, 2, 7))):
            if (symbol, day) != ("AAPL", date(2024, 12, 2)):
                close = 100 * math.exp(_wave(symbol, n, beta)) * (later if day >= LAST else 1)
                rows.append(f"{symbol},{day},{close:.4f},")
    return "\n".join(rows) + "\n"


def _wave(symbol: str, n: int, beta: float) -> float:
    """A market everyone follows, and a wobble of one's own."""
    own = 0.01 * math.sin(1.7 * n + len(symbol))
    return 0.02 * beta * math.sin(0.9 * n) + own


def small_settings(model: Path) -> Settings:
    """Settings for a few weeks of prices and a model folder."""
    return Settings.model_validate(
        {
            "model": {"folder": model, "backend": "torch"},
            "study": {"estimation": 30, "minimum": 10, "gap": 5},
        }
    )
