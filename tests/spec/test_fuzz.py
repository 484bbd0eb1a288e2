"""`kspec check` answers, whatever it is fed: with problems that can be printed, no traceback."""

import json
import random
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kspec
from kspec.cli.problems import FORMATS, render

SPECS = [path.read_bytes() for path in sorted(Path("specs").glob("*.json"))]
TOKENS = (
    *(b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"null", b"true", b"-", b"1e999", b"NaN"),
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\\ud800", b"//", b"/*", b"'", b"\r"),
    *(b"$", b"$(", b'"$(2 ** 2 ** 2 ** 9)"', b'"#-1"', b'"a[1]"', b'"input"', b'"repeat": 9,'),
    *(b'"block": "conv",', b'"type": "Model",', b'"type": "Shared",', b'"type": "ops.einsum",'),
    *(b"0" * 5000, b"[" * 3000, b'{"a":' * 3000, b"1e400", b"-0.0", b"18446744073709551616"),
)


def parts_of(value):
    yield value
    for part in value.values() if isinstance(value, dict) else value:
        if isinstance(part, (dict, list)):
            yield from parts_of(part)
        else:
            yield part


PARTS = [part for spec in SPECS for part in parts_of(json.loads(spec))]
PARTS += [10**30, -1, 0, 1.5, "", "x" * 300, "\ud800", [], {}, [[[]]], None, True]


def with_other_bytes(draw):
    """A spec in which stretches of bytes are lost, doubled, or others."""
    text = draw.choice(SPECS)
    for _ in range(draw.randint(1, 4)):
        start = draw.randrange(len(text) + 1)
        end = min(len(text), start + draw.choice((0, 1, 1, 2, 5, 40)))
        new = draw.choice((b"", text[start:end] * 2, draw.choice(TOKENS), draw.randbytes(2)))
        text = text[:start] + new + text[end:]
    return text


def with_other_parts(draw):
    """A spec in which values stand where others were, keys included."""
    spec = json.loads(draw.choice(SPECS))
    for _ in range(draw.randint(1, 3)):
        holders = [part for part in parts_of(spec) if isinstance(part, (dict, list)) and part]
        if not holders:
            break
        holder = draw.choice(holders)
        other = json.loads(json.dumps(draw.choice(PARTS)))
        if isinstance(holder, list):
            holder[draw.randrange(len(holder))] = other
        else:
            key = draw.choice(list(holder))
            if draw.random() < 0.3:
                holder[draw.choice(("type", "block", "inputs", "layers", "as", "x"))] = other
            else:
                holder[key] = other
    return json.dumps(spec).encode()


def answers(path, content):
    path.write_bytes(content)
    problems = kspec.check(path)
    for form in FORMATS:
        render(form, sorted(problems), [str(path)], sys.stdout).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz") / "fed.json"


@given(st.binary(max_size=300))
def test_any_bytes(path, content):
    answers(path, content)


@pytest.mark.parametrize("change", [with_other_bytes, with_other_parts])
@settings(max_examples=150)
@given(draw=st.randoms(use_true_random=False))
def test_a_spec_that_something_happened_to(path, change, draw):
    answers(path, change(draw))


@pytest.mark.slow
@pytest.mark.parametrize("change", [with_other_bytes, with_other_parts])
def test_many_specs_that_something_happened_to(path, change):
    draw = random.Random(0)
    for number in range(20_000):
        content = change(draw)
        try:
            answers(path, content)
        except BaseException:
            print(f"number {number}: {content!r}")
            raise
