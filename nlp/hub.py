"""Fetch a checkpoint from the hub of the ecosystem, unless its cache has it."""

import fnmatch
import re
from dataclasses import dataclass
from pathlib import Path

from core.errors import ModelError

#: Weights files of a checkpoint, the preferred kind first.
WEIGHTS = ("model*.safetensors", "pytorch_model*.bin")

_TEXTS = ("*.json", "*.txt", "*.model", "README.md")
_NAME = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """Where checkpoints come from; by default as the ecosystem's own variables say."""

    #: Address of the server.
    endpoint: str | None = None
    #: Folder in which what was fetched is kept.
    cache: Path | None = None
    #: Seconds to wait for an answer.
    patience: float = 5.0


def fetched(name: str, hub: Hub) -> Path:
    """The folder of a checkpoint in the cache; asks the hub only if it isn't there.

    Args:
        name: OWNER/NAME.
        hub: Where from.

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
        return _cached(name, hub) or _downloaded(name, hub)
    except (HTTPError, OSError, ValueError) as e:
        problem = f"neither a folder nor a checkpoint that can be fetched ({first_line(e)})"
        remedy = f"`hf download {name} --local-dir FOLDER` where it can, then --model FOLDER"
        raise ModelError(name, problem, remedy=remedy) from e


def _cached(name: str, hub: Hub) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    for weights in WEIGHTS:
        try:
            kept = snapshot_download(
                name,
                allow_patterns=[*_TEXTS, weights],
                cache_dir=hub.cache,
                local_files_only=True,
            )
        except LocalEntryNotFoundError:
            continue
        if any(Path(kept).glob(weights)):
            return Path(kept)
    return None


def _downloaded(name: str, hub: Hub) -> Path:
    from huggingface_hub import HfApi, snapshot_download

    # Asked first, with patience: the download waits for its first answer for ever.
    info = HfApi(endpoint=hub.endpoint).model_info(name, timeout=hub.patience)
    files = [sibling.rfilename for sibling in info.siblings or ()]
    weights = next((w for w in WEIGHTS if fnmatch.filter(files, w)), WEIGHTS[0])
    kept = snapshot_download(
        name,
        allow_patterns=[*_TEXTS, weights],
        cache_dir=hub.cache,
        endpoint=hub.endpoint,
    )
    return Path(kept)


def first_line(error: Exception) -> str:
    """What an error of another library says first."""
    lines = (line.strip(" :") for line in str(error).splitlines())
    return next(filter(None, lines), type(error).__name__)
