"""Questions to PostgreSQL: a cursor, which takes one SELECT only, in a read-only transaction."""

from contextlib import closing

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError

from core.errors import RemousError, StoreError
from core.query import QueryResult
from storage.answers import Limits, no_such_table, result, too_slow, wrong
from storage.engine import make_engine, safe_url, translated

_PREPARE = text(
    "SELECT set_config('statement_timeout', :ms, true), set_config('TimeZone', 'UTC', true)"
)
_NAMES = text(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema"
)
#: SQLSTATE codes and classes (PostgreSQL manual, appendix A).
_STOPPED, _NO_TABLE = "57014", "42P01"
_OF_THE_DATABASE = ("08", "53", "57", "58", "XX")


def ask(url: URL, sql: str, limits: Limits) -> QueryResult:
    """The answer to one SELECT; raises as `storage.query.run_query` does."""
    engine = make_engine(url).execution_options(postgresql_readonly=True)
    try:
        with translated(url), engine.connect() as connection:
            try:
                return _answer(connection, sql, limits)
            except DBAPIError as e:
                connection.rollback()
                raise _explained(e, url, limits, connection) from e
    finally:
        engine.dispose()


def _answer(connection: Connection, sql: str, limits: Limits) -> QueryResult:
    connection.execute(_PREPARE, {"ms": f"{limits.seconds * 1000:.0f}"})
    wanted = limits.rows + 1
    # All rows in one fetch: the time limit is for each statement, and a fetch is one.
    options = {"stream_results": True, "yield_per": wanted, "no_parameters": True}
    with closing(connection.exec_driver_sql(sql, execution_options=options)) as answer:
        return result(answer.keys(), answer.fetchmany(wanted), limits)


def _explained(error: DBAPIError, url: URL, limits: Limits, connection: Connection) -> RemousError:
    problem = str(error.orig).splitlines()[0]
    state = getattr(error.orig, "sqlstate", None) or _OF_THE_DATABASE[0]
    if state == _STOPPED:
        return too_slow(limits)
    if state == _NO_TABLE:
        return no_such_table(problem, connection.scalars(_NAMES))
    if state.startswith(_OF_THE_DATABASE):
        return StoreError(safe_url(url), problem)
    return wrong(problem)
