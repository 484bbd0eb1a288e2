"""The processes that parity runs, on the CPU."""

from __future__ import annotations

from collections.abc import Sequence

from kspec import children
from kspec.children import Result
from kspec.parity.job import Job

__all__ = ["Result", "run"]

# On the CPU every backend computes in full float32, while convolutions on a GPU round to the ten
# bits of TF32. Three processes would also compete for one GPU.
ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "JAX_PLATFORMS": "cpu",
    "KERAS_TORCH_DEVICE": "cpu",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}


def run(jobs: Sequence[Job]) -> list[Result]:
    """The results of these jobs, run side by side. Raises KspecError (`kspec.children`)."""
    return children.run(jobs, "kspec.parity.worker", ENVIRONMENT)
