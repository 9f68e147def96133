"""Results of event studies and of associations, appended as they are computed."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from core.prices import Association, Effect, Study, TestResult
from storage.database import Transaction
from storage.schema import AssociationRow, EffectRow, StudyRow, StudyTestRow
from storage.writing import Values, insert_new, insert_returning


def put_study(tx: Transaction, study: Study, *, as_of: datetime, computed_at: datetime) -> bool:
    """Append an event study; whether it was new.

    The same session, moment and time of computation make the same study.
    """
    row = {
        "event_session": study.event_session,
        "skipped": "\n".join(f"{symbol}: {reason}" for symbol, reason in study.skipped),
        "as_of": as_of,
        "computed_at": computed_at,
    }
    added = insert_returning(tx, StudyRow, [row], ("id",))
    for (study_id,) in added:
        insert_new(tx, EffectRow, [_effect(study_id, effect) for effect in study.effects])
        insert_new(tx, StudyTestRow, [_test(study_id, test) for test in study.tests])
    return bool(added)


def put_associations(
    tx: Transaction,
    associations: Iterable[Association],
    *,
    as_of: datetime,
    computed_at: datetime,
) -> int:
    """Append associations of signals and returns; how many were new."""
    rows = [
        {**_association(association), "as_of": as_of, "computed_at": computed_at}
        for association in associations
    ]
    return insert_new(tx, AssociationRow, rows)


def _effect(study_id: int, effect: Effect) -> Values:
    values = asdict(effect)
    window = {"window_first": values.pop("first"), "window_last": values.pop("last")}
    return {"study_id": study_id, **window, **values}


def _test(study_id: int, test: TestResult) -> Values:
    values = asdict(test)
    return {"study_id": study_id, "null_hypothesis": values.pop("null"), **values}


def _association(association: Association) -> Values:
    values = asdict(association)
    named = {
        "horizon": values.pop("horizon").value,
        "pairs": values.pop("over"),
        "null_hypothesis": values.pop("null"),
    }
    return {**named, **values}
