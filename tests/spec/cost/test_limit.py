"""`kspec check --memory`."""

import json

import pytest
from click.testing import CliRunner

from kspec.cli.main import kspec as command_line
from kspec.spec.cost import training_memory


def check(*arguments):
    return CliRunner().invoke(command_line, ["check", *map(str, arguments)])


def test_the_warning_stands_at_the_batch_size_and_says_what_fits(write_spec, tiny):
    path = write_spec()
    (memory,) = training_memory(tiny())
    half = memory.fixed + 8 * memory.per_sample
    result = check(path, "--memory", half, "--format", "json")
    (problem,) = json.loads(result.stdout)["problems"]
    assert problem["code"] == "memory" and problem["level"] == "warning"
    assert problem["message"].endswith("a batch of 8 fits")
    lines = path.read_text().splitlines()
    assert lines[problem["line"] - 1][problem["column"] - 1 :].startswith("16")
    assert result.exit_code == 0
    assert check(path, "--memory", half, "--strict").exit_code == 1


def test_enough_memory_is_no_problem(write_spec):
    assert check(write_spec(), "--memory", "1GB").stdout == "1 spec checked: no errors\n"


@pytest.mark.parametrize(
    ("size", "words"),
    [("1KB", "the optimizer alone take"), ("8KB", "not even one sample fits")],
)
def test_what_no_batch_makes_fit(write_spec, size, words):
    assert words in check(write_spec(), "--memory", size).stdout


def test_of_a_backbone_it_is_said_that_nothing_is_known():
    result = check("specs/vgg16_finetune.json", "--memory", "1KB")
    assert "note[memory-unknown]" in result.stdout and "layers[1] Backbone" in result.stdout


@pytest.mark.keras
def test_with_keras_a_backbone_is_known():
    result = check("specs/mobilenet_small.json", "--build", "--memory", "20MB")
    assert "warning[memory]" in result.stdout and "memory-unknown" not in result.stdout


@pytest.mark.parametrize("size", ["8 apples", "GB", "", "-1GB"])
def test_what_is_no_size(write_spec, size):
    result = check(write_spec(), "--memory", size)
    assert result.exit_code == 2
    assert f'--memory: "{size}" is not a size in bytes; write it like 8GB or 512MB' in result.stderr


def test_a_wrong_spec_is_only_said_to_be_wrong(write_spec):
    result = check(write_spec(**{"training.epochs": 0}), "--memory", "1KB")
    assert "memory" not in result.stdout and result.exit_code == 1
