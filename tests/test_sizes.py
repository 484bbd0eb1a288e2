"""Numbers of bytes, for people."""

import pytest

from kspec.sizes import byte_size


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (5_888, "5.75 KB"),
        (3_210_024, "3.06 MB"),
        (1024**2 - 1, "1.00 MB"),
        (16_000_000_000, "14.90 GB"),
        (5 * 1024**4, "5.00 TB"),
    ],
)
def test_sizes(count: int, text: str) -> None:
    assert byte_size(count) == text
