"""Steps of schedules as shares of the training."""

import json

import pytest
from jsonschema import Draft202012Validator
from tiny_spec import TINY

import kspec
from kspec.bench.shortened import shortened
from kspec.spec.canonical import spec_hash
from kspec.spec.models import KerasObject, Training
from kspec.spec.percentages import has_percentages, in_steps, training_steps
from kspec.spec.schema import schema

LINES = {"type": "PiecewiseLinear", "boundaries": [0, "23%", "100%"], "values": [0.3, 1.5, 0.1]}
COSINE = {
    "type": "CosineDecay",
    "initial_learning_rate": 0.001,
    "warmup_target": 0.1,
    "warmup_steps": "12.5%",
    "decay_steps": "87.5%",
}


def sgd(schedule):
    return {"type": "SGD", "learning_rate": schedule}


def values(schedule):
    return {**TINY, "training": {**TINY["training"], "optimizer": sgd(schedule)}}


def problems(tmp_path, schedule):
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(values(schedule)))
    return [(each.code, each.message) for each in kspec.check(path)]


def counted(schedule, steps):
    return in_steps(KerasObject(**sgd(schedule)), steps).arguments["learning_rate"]


@pytest.mark.parametrize(
    ("schedule", "steps", "expected"),
    [
        (LINES, 1000, {"boundaries": [0, 230, 1000]}),
        (LINES, 10, {"boundaries": [0, 2, 10]}),
        (COSINE, 16, {"warmup_steps": 2, "decay_steps": 14}),
        (COSINE, 1, {"warmup_steps": 0, "decay_steps": 1}),
        ({"type": "ExponentialDecay", "decay_steps": "1%"}, 10, {"decay_steps": 1}),
        ({"type": "CosineDecayRestarts", "first_decay_steps": "0%"}, 9, {"first_decay_steps": 1}),
        ({"type": "PolynomialDecay", "decay_steps": 7}, 1000, {"decay_steps": 7}),
    ],
)
def test_a_share_is_rounded_to_whole_steps(schedule, steps, expected):
    assert counted(schedule, steps) == {**schedule, **expected}


def test_a_schedule_is_found_within_another_optimizer():
    inner = {"type": "LossScaleOptimizer", "inner_optimizer": sgd(LINES)}
    found = in_steps(KerasObject(**inner), 100).arguments["inner_optimizer"]
    assert found["learning_rate"]["boundaries"] == [0, 23, 100]
    assert has_percentages(KerasObject(**inner))
    assert not has_percentages(KerasObject(**sgd({**LINES, "boundaries": [0, 23, 100]})))


def test_an_optimizer_of_its_own_schedule_takes_shares_too():
    free = KerasObject(type="ScheduleFreeAdamW", warmup_steps="5%")
    assert in_steps(free, 200).arguments == {"warmup_steps": 10}


def test_the_steps_of_a_phase_are_those_of_its_batches():
    training = Training(optimizer="sgd", loss="mse", batch_size=16, epochs=3)
    assert training_steps(training, 60) == 12
    assert training_steps(training.model_copy(update={"steps_per_epoch": 5}), 60) == 15


@pytest.mark.parametrize("wrong", ["23 %", "-5%", "120%", "100.5%", "%", "23", "0.23"])
def test_what_is_no_share_is_told(tmp_path, wrong):
    may = 'a number or a percentage of the training from "0%" to "100%"'
    assert problems(tmp_path, {**COSINE, "decay_steps": wrong}) == [
        ("wrong-type", f'CosineDecay: "decay_steps" must be {may}, not "{wrong}"')
    ]
    assert problems(tmp_path, {**LINES, "boundaries": [0, wrong, "100%"]}) == [
        ("wrong-type", f'PiecewiseLinear: "boundaries[1]" must be {may}, not "{wrong}"')
    ]


def test_shares_are_in_order_among_themselves(tmp_path):
    assert problems(tmp_path, {**LINES, "boundaries": [0, "50%", "23%"]}) == [
        (
            "wrong-value",
            'PiecewiseLinear: "boundaries" must be in ascending order; two may be equal',
        )
    ]
    assert problems(tmp_path, {**LINES, "values": [0.3, 0.1]}) == [
        (
            "wrong-value",
            'PiecewiseLinear: "values" must have one for each of "boundaries", at least 1; '
            "there are 2 for 3",
        )
    ]
    assert problems(tmp_path, {**LINES, "boundaries": ["1%", 5, "100%"]}) == []


@pytest.mark.parametrize("key", ["boundaries", "values"])
def test_lists_within_the_lists_are_told(tmp_path, key):
    message = f'PiecewiseLinear: "{key}" must hold numbers, and no lists of them'
    assert ("wrong-value", message) in problems(tmp_path, {**LINES, key: [0.1, [1], 2]})


@pytest.mark.parametrize(
    ("schedule", "valid"),
    [
        (LINES, True),
        (COSINE, True),
        ({**LINES, "boundaries": [0, "$(warm)%", "100%"]}, False),
        ({**LINES, "boundaries": [0, "120%", "100%"]}, False),
        ({**LINES, "boundaries": "23%"}, False),
        ({**COSINE, "decay_steps": "23 %"}, False),
        ({**COSINE, "decay_steps": "$steps"}, True),
    ],
)
def test_the_schema_takes_just_those(schedule, valid):
    assert Draft202012Validator(schema()).is_valid(values(schedule)) is valid


def test_a_share_stays_one_in_the_resolved_spec():
    spec = kspec.Spec(**values(LINES))
    assert spec.resolved()["training"]["optimizer"]["learning_rate"] == LINES
    steps = {**LINES, "boundaries": [0, 2, 8]}
    assert spec_hash(spec) != spec_hash(kspec.Spec(**values(steps)))


def test_a_bench_trains_by_the_whole_schedule():
    spec = kspec.Spec(**values(LINES))  # Of 80 samples; a quarter of them validates.
    found = shortened(spec, 3).training
    assert (found.epochs, found.steps_per_epoch) == (1, 3)
    assert found.optimizer.arguments["learning_rate"]["boundaries"] == [0, 2, 10]


def test_a_high_rate_on_a_line_is_told_where_it_stands(tmp_path):
    ((code, message),) = problems(tmp_path, {**LINES, "values": [0, 15, 0.1]})
    assert code == "learning-rate"
    assert message == "a learning rate of 15 is very high for SGD; 1e-06 to 3.2 is usual"
    assert problems(tmp_path, {**LINES, "values": [0, 1.5, 0]}) == []
