"""The ways to run a model folder, and which of them this machine does best."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from core.errors import ModelError
from nlp.folder import ModelFolder
from nlp.network import Encoder

#: What Linux calls the instructions that multiply bytes, on x86 and on ARM.
INT8_FLAGS = {"avx512_vnni", "avx_vnni", "amx_int8", "i8mm"}
#: And those that make bfloat16 faster than float32.
BFLOAT16_FLAGS = {"amx_bf16"}

#: What the extra `remous[fast]` brings.
OPTIONAL = ("openvino", "platformdirs")

_CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """How a network is run on this machine."""

    #: A name of `BACKENDS`, or "auto" for the fastest there is.
    backend: str = "auto"
    #: Threads of the network; 0 for one per core.
    threads: int = 0
    #: Folder for converted weights; None for the user's cache folder.
    cache: Path | None = None


def make_encoder(folder: ModelFolder, engine: Engine) -> Encoder:
    """The encoder of a folder.

    Raises:
        ModelError: if the backend isn't installed or the weights can't be used.
    """
    return BACKENDS[chosen(engine.backend)](folder, engine)


def chosen(backend: str) -> str:
    """What a name of the settings means on this machine."""
    if backend != "auto":
        return backend
    return best_backend(processor_flags(), openvino=installed(*OPTIONAL))


def best_backend(flags: set[str], *, openvino: bool) -> str:
    """The fastest backend for a processor with these flags, with or without OpenVINO."""
    if openvino and flags & INT8_FLAGS:
        return "int8"
    return "bfloat16" if flags & BFLOAT16_FLAGS else "torch"


def processor_flags(cpuinfo: Path = _CPUINFO) -> set[str]:
    """What the processor can do, in Linux's words; nothing is known elsewhere."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    found = (line.partition(":") for line in lines)
    return {
        flag
        for key, _, flags in found
        if key.strip() in ("flags", "Features")
        for flag in flags.split()
    }


def installed(*modules: str) -> bool:
    """Whether all modules can be imported."""
    return all(find_spec(module) for module in modules)


def require(*modules: str) -> None:
    """Make sure that what int8 needs is installed.

    Raises:
        ModelError: if it isn't.
    """
    if not installed(*modules):
        raise ModelError(
            "backend int8",
            f"needs {' and '.join(modules)}",
            remedy="run pip install 'remous[fast]', or choose torch",
        )


def _torch(folder: ModelFolder, engine: Engine, *, dtype: str) -> Encoder:
    import torch

    from nlp.torch_encoder import TorchEncoder

    return TorchEncoder(folder.encoder(), dtype=getattr(torch, dtype), threads=engine.threads)


def _int8(folder: ModelFolder, engine: Engine) -> Encoder:
    require(*OPTIONAL)
    from nlp.int8 import load_encoder

    return load_encoder(folder, cache=engine.cache, threads=engine.threads)


BACKENDS: Mapping[str, Callable[[ModelFolder, Engine], Encoder]] = {
    "torch": partial(_torch, dtype="float32"),
    "bfloat16": partial(_torch, dtype="bfloat16"),
    "int8": _int8,
}
