"""What the models share: the type of a moment, the column types, the names of constraints."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, Double, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

from core.clock import as_utc


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in, aware UTC out.

    PostgreSQL keeps it as `timestamptz`, SQLite as text (`2025-01-27 21:00:00.000000`, UTC)
    that sorts and compares as it reads.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC; a naive moment is refused with ValueError."""
        return None if value is None else as_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC; SQLite keeps no zone and holds nothing but UTC."""
        if value is None:
            return None
        return as_utc(value) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """What the models share: column types and the names of constraints."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text(), float: Double(), datetime: UtcDateTime()}  # noqa: RUF012
