"""The ways to run a model folder, and which of them this machine does best."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from nlp.folder import ModelFolder
from nlp.network import Encoder

#: What Linux calls the instructions that multiply bytes, on x86 and on ARM.
INT8_FLAGS = {"avx512_vnni", "avx_vnni", "amx_int8", "i8mm"}
#: And those that make bfloat16 faster than float32.
BFLOAT16_FLAGS = {"amx_bf16"}

_CPUINFO = Path("/proc/cpuinfo")


def make_encoder(folder: ModelFolder, *, backend: str, threads: int) -> Encoder:
    """The encoder of a folder on a backend of `BACKENDS`, or the best for "auto".

    Raises:
        ModelError: if the backend isn't installed or the weights can't be used.
    """
    if backend == "auto":
        backend = best_backend(processor_flags(), openvino=False)
    return BACKENDS[backend](folder, threads)


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


def installed(module: str) -> bool:
    """Whether a module can be imported."""
    return find_spec(module) is not None


def _torch(folder: ModelFolder, threads: int) -> Encoder:
    import torch

    from nlp.torch_encoder import TorchEncoder

    return TorchEncoder(folder.encoder(), dtype=torch.float32, threads=threads)


def _bfloat16(folder: ModelFolder, threads: int) -> Encoder:
    import torch

    from nlp.torch_encoder import TorchEncoder

    return TorchEncoder(folder.encoder(), dtype=torch.bfloat16, threads=threads)


BACKENDS: Mapping[str, Callable[[ModelFolder, int], Encoder]] = {
    "torch": _torch,
    "bfloat16": _bfloat16,
}
