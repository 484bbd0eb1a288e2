"""How numbers are written for people."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.cli.formats import rate
from kspec.formats import duration, measure


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (41.3, "41 s"),
        (59.4, "59 s"),
        (59.9, "1 min"),
        (731.2, "12 min"),
        (3_570.0, "1 h 00 min"),
        (3_900.0, "1 h 05 min"),
        (90_000.0, "25 h 00 min"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@given(st.floats(0, 1e7))
def test_a_duration_reads_back_within_half_a_unit(seconds: float) -> None:
    match = re.fullmatch(r"(?:(\d+) s|(\d{1,2}) min|(\d+) h (\d\d) min)", duration(seconds))
    assert match is not None
    s, minutes, hours, rest = (int(group or 0) for group in match.groups())
    assert s < 60 and minutes < 60 and rest < 60
    unit = 1 if match.group(1) else 60
    assert abs(s + 60 * (minutes + rest) + 3600 * hours - seconds) <= unit / 2


@given(st.floats(-1e300, 1e300) | st.sampled_from([math.nan, math.inf, -math.inf]))
def test_a_measure_is_short_and_close(value: float) -> None:
    text = measure(value)
    assert len(text) <= 11
    if math.isnan(value):
        assert text == "nan"
    else:
        assert float(text) == pytest.approx(value, rel=0.05)


def test_measures() -> None:
    assert [measure(v) for v in (0.0, 0.8177, 12.5, 0.00012345, 1234567.0)] == [
        *("0.0000", "0.8177", "12.5000", "0.000123", "1.23e+06")
    ]


def test_a_rate_is_freed_from_the_noise_of_float32() -> None:
    assert rate(0.0010000000474974513) == "0.001"
    assert rate(3.162e-5) == "3.162e-05"
