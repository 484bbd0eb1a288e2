"""Numbers of bytes, for people."""

import pytest

from kspec.sizes import byte_size, bytes_in


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


@pytest.mark.parametrize("text", ["9" * 400, "9" * 308 + "TB"])
def test_a_size_beyond_all_numbers_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="more than any machine has"):
        bytes_in(text)
