"""A training run's state on disk, so that an interrupted one goes on where it stood."""

import hashlib
import pickle
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from core.errors import InputError
from nlp.names import INVENTED_FILE, NAMES_FILE
from nlp.plan import TrainingPlan

FILE = "resume.pt"


def save_state(folder: Path, state: Mapping[str, Any], *, made_from: str) -> None:
    """Write the state, whole or not at all; `made_from` is the fingerprint of the run."""
    path = folder / FILE
    fresh = path.with_suffix(".new")
    torch.save({"made from": made_from, **state}, fresh)
    fresh.replace(path)


def load_state(folder: Path, *, made_from: str) -> dict[str, Any] | None:
    """The state of an interrupted run of this fingerprint; None if there was none.

    Raises:
        InputError: if the folder holds the state of another run, or a damaged one.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        state: dict[str, Any] = torch.load(path, weights_only=True)
    except (RuntimeError, pickle.UnpicklingError, EOFError) as e:
        raise InputError(path, "can't be read", remedy="delete it to begin anew") from e
    if state["made from"] != made_from:
        problem = "is of a run by another plan or on other files"
        raise InputError(path, problem, remedy="delete it, or give another `out`")
    return state


def forget_state(folder: Path) -> None:
    """Remove the state of a run that is over."""
    (folder / FILE).unlink(missing_ok=True)


def fingerprint(plan: TrainingPlan) -> str:
    """A hash of all that decides what the weights become: the plan, and what its files hold."""
    patterns = [name for spec in plan.sets for name in spec.files]
    paths = {
        *(path for name in patterns for path in plan.home.glob(name)),
        *(plan.home / name for name in (*plan.choose_by, *plan.pairs)),
        *plan.encoder.glob("*"),
        *(plan.start.glob("*") if plan.start else ()),
        NAMES_FILE,
        INVENTED_FILE,
    }
    contents = sorted(
        hashlib.sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()
    )
    decisive = replace(plan, home=Path(), encoder=Path(), start=None, out=Path())
    return hashlib.sha256(repr([decisive, contents]).encode()).hexdigest()
