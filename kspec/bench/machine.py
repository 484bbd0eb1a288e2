"""This machine, as far as it affects the speed of training; without a framework."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

from kspec import __version__, backends
from kspec.processors import processors

__all__ = ["machine"]


def machine() -> dict[str, Any]:
    """The host, the processor and GPUs, and the versions of the software that computes."""
    installed = [name for name in backends.BACKENDS if backends.is_installed(name)]
    return {
        "node": platform.node(),
        "machine": platform.machine(),
        "processor": _processor(),
        "cpus": processors(),
        "threads": os.environ.get("OMP_NUM_THREADS"),
        "gpus": _gpus(),
        "kspec": __version__,
        "keras": _keras(),
        "backends": {name: backends.version(name) for name in installed},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")


def _gpus() -> list[str]:
    """NVIDIA's GPUs as listed by the driver, and CUDA_VISIBLE_DEVICES if it is set."""
    found = sorted(path.name for path in Path("/proc/driver/nvidia/gpus").glob("*"))
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    return found if visible is None else [*found, f"visible: {visible}"]


def _keras() -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("keras")
    except PackageNotFoundError:
        return None
