"""Instruments, and the names by which texts call them."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import delete, select

from core.prices import Alias, Instrument
from storage.database import Transaction
from storage.schema import AliasRow, InstrumentRow
from storage.writing import insert_new, upsert


def put_instruments(tx: Transaction, instruments: Iterable[Instrument]) -> None:
    """Keep instruments; one with a known symbol is corrected."""
    upsert(tx, InstrumentRow, [asdict(instrument) for instrument in instruments], "symbol")


def instruments(tx: Transaction) -> list[Instrument]:
    """Every instrument, by symbol."""
    # Sorted here: databases order punctuation each in its own way.
    rows = sorted(tx.scalars(select(InstrumentRow)), key=lambda row: row.symbol)
    return [
        Instrument(
            symbol=row.symbol,
            name=row.name,
            kind=row.kind,
            venue=row.venue,
            currency=row.currency,
            benchmark=row.benchmark,
        )
        for row in rows
    ]


def put_aliases(tx: Transaction, aliases: Iterable[Alias]) -> None:
    """Make the alias table exactly this one, in this order."""
    tx.execute(delete(AliasRow))
    insert_new(tx, AliasRow, [asdict(alias) for alias in aliases])


def aliases(tx: Transaction) -> list[Alias]:
    """The alias table, in the order in which it was put."""
    rows = tx.scalars(select(AliasRow).order_by(AliasRow.id))
    return [
        Alias(alias=row.alias, entity=row.entity, ticker=row.ticker, rule=row.rule) for row in rows
    ]
