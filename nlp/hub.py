"""Fetch a checkpoint from the hub of the ecosystem, unless its cache has it."""

import fnmatch
import re
from pathlib import Path

from core.errors import ModelError

#: Weights files of a checkpoint, the preferred kind first.
WEIGHTS = ("model*.safetensors", "pytorch_model*.bin")

PATIENCE = 5.0

_TEXTS = ("*.json", "*.txt", "*.model", "README.md")
_NAME = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")


def fetched(name: str, *, patience: float = PATIENCE) -> Path:
    """The folder of a checkpoint in the hub's cache; asks the hub only if it isn't there.

    Args:
        name: OWNER/NAME.
        patience: Seconds to wait for the hub to answer.

    Raises:
        ModelError: if it is no such name, or can't be fetched.
    """
    if not _NAME.fullmatch(name):
        raise ModelError(
            name, "no model folder", remedy="give a folder, or a checkpoint's OWNER/NAME"
        )
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    try:
        return _cached(name) or _downloaded(name, patience)
    except (HTTPError, OSError, ValueError) as e:
        problem = f"neither a folder nor a checkpoint that can be fetched ({first_line(e)})"
        remedy = f"`hf download {name} --local-dir FOLDER` where it can, then --model FOLDER"
        raise ModelError(name, problem, remedy=remedy) from e


def _cached(name: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import IncompleteSnapshotError, LocalEntryNotFoundError

    for weights in WEIGHTS:
        try:
            kept = snapshot_download(name, allow_patterns=[*_TEXTS, weights], local_files_only=True)
        except (LocalEntryNotFoundError, IncompleteSnapshotError):
            continue
        if any(Path(kept).glob(weights)):
            return Path(kept)
    return None


def _downloaded(name: str, patience: float) -> Path:
    from huggingface_hub import HfApi, snapshot_download

    # Asked first, with patience: the download waits for its first answer for ever.
    info = HfApi().model_info(name, timeout=patience)
    files = [sibling.rfilename for sibling in info.siblings or ()]
    weights = next((w for w in WEIGHTS if fnmatch.filter(files, w)), WEIGHTS[0])
    return Path(snapshot_download(name, allow_patterns=[*_TEXTS, weights]))


def first_line(error: Exception) -> str:
    """What an error of another library says first."""
    lines = (line.strip(" :") for line in str(error).splitlines())
    return next(filter(None, lines), type(error).__name__)
