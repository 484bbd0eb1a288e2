"""What PyTorch's tensors give back is there for the next, and not taken from the system again."""

import os
import platform
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.keras,
    pytest.mark.newest,
    pytest.mark.skipif(os.environ.get("KERAS_BACKEND") != "torch", reason="PyTorch's memory"),
    pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told anything"),
]

CODE = """
import resource
from dataclasses import replace
from kspec.backends import activate, choose
activate(replace(choose("torch"), lowering={lowering}))
import torch

def pages():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def used():
    return torch.ones(2**25).sum()  # 128 MiB: 32,768 pages of 4 KiB.

for _ in range(8):
    used()
before = pages()
for _ in range(5):
    used()
print(pages() - before)
"""


def pages(lowering=True, **environment):
    """How many pages come from the system for the same tensor made five times more."""
    kept = {name: value for name, value in os.environ.items() if "MALLOC" not in name}
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(lowering=lowering)],
        env=kept | environment,
        text=True,
        capture_output=True,
        check=True,
    )
    return int(done.stdout)


def test_memory_is_kept_with_lowering_and_where_the_environment_says_nothing():
    assert pages() < 2000
    assert pages(lowering=False) > 4000
    assert pages(MALLOC_TRIM_THRESHOLD_="100000") > 4000
