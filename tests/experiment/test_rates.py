"""Learning rates before training, held against those of a training."""

import math

import pytest

import kspec
from kspec.errors import UsageError
from kspec.experiment.rates import needs_steps, phase_rates, train_samples
from kspec.reports.plots.schedule import draw_schedule

STEPS = 4  # 60 samples in batches of 16.
COSINE = {
    "type": "CosineDecay",
    "initial_learning_rate": 0.001,
    "decay_steps": 8,
    "warmup_target": 0.01,
    "warmup_steps": 3,
}


def training(rate=0.01, epochs=3, optimizer="Adam", **more):
    return {
        "optimizer": {"type": optimizer, "learning_rate": rate},
        "loss": "sparse_categorical_crossentropy",
        "batch_size": 16,
        "epochs": epochs,
        **more,
    }


def rates(spec, samples=60):
    (phase,) = phase_rates(spec, samples)
    return phase, dict(phase.points)


def test_a_cosine_with_warm_up_is_as_the_formula_says(tiny):
    phase, found = rates(tiny(training=training(COSINE)))
    assert phase.steps == STEPS
    assert len(found) == 3 * STEPS + 1
    for step in range(3):
        assert found[step / STEPS] == pytest.approx(0.001 + 0.003 * step, rel=1e-5)
    for step in range(3, 11):
        cosine = 0.01 * (1 + math.cos(math.pi * (step - 3) / 8)) / 2
        assert found[step / STEPS] == pytest.approx(cosine, rel=1e-4, abs=1e-8)
    assert phase.told(several=False) == (
        "3 epochs of 4 steps, from 0.001 to 0, highest 0.01 after 0.75 epochs"
    )


@pytest.mark.parametrize(
    ("schedule", "formula"),
    [
        (
            {"type": "ExponentialDecay", "initial_learning_rate": 0.1, "decay_steps": 4}
            | {"decay_rate": 0.5, "staircase": True},
            lambda step: 0.1 * 0.5 ** (step // 4),
        ),
        (
            {"type": "PiecewiseConstantDecay", "boundaries": [5, 9], "values": [0.1, 0.01, 0.001]},
            lambda step: 0.1 if step <= 5 else 0.01 if step <= 9 else 0.001,
        ),
        (
            {"type": "PolynomialDecay", "initial_learning_rate": 0.1, "decay_steps": 10}
            | {"end_learning_rate": 0.01, "power": 2.0},
            lambda step: 0.09 * (1 - min(step, 10) / 10) ** 2 + 0.01,
        ),
        (
            {"type": "InverseTimeDecay", "initial_learning_rate": 0.1, "decay_steps": 2}
            | {"decay_rate": 0.5},
            lambda step: 0.1 / (1 + 0.5 * step / 2),
        ),
        (
            {"type": "CosineDecayRestarts", "initial_learning_rate": 0.1, "first_decay_steps": 4},
            lambda step: (
                0.05 * (1 + math.cos(math.pi * (step / 4 if step < 4 else (step - 4) / 8)))
            ),
        ),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_every_schedule_of_keras(tiny, schedule, formula):
    _, found = rates(tiny(training=training(schedule, optimizer="SGD")))
    for step in range(12):
        assert found[step / STEPS] == pytest.approx(formula(step), rel=1e-4), step


def test_what_does_not_hang_on_steps_needs_no_data(tiny):
    constant = tiny(training=training(0.003))
    assert not needs_steps(constant)
    phase, found = rates(constant, None)
    assert found == {0: pytest.approx(0.003), 3: pytest.approx(0.003)}
    assert phase.told(several=False) == "3 epochs, 0.003 throughout"
    assert needs_steps(tiny(training=training(COSINE)))
    fixed = tiny(training=training(COSINE, steps_per_epoch=2))
    assert not needs_steps(fixed)
    assert rates(fixed, None)[0].steps == 2


@pytest.mark.parametrize("more", [{"epochs": 2**31 - 1}, {"steps_per_epoch": 2 * 10**9}])
def test_more_steps_than_keras_can_count_are_refused(tiny, more):
    spec = tiny(training=training(COSINE, **more))
    with pytest.raises(UsageError, match="Keras counts no more than 2,147,483,647 steps"):
        phase_rates(spec, 60)


def test_a_schedule_within_another_optimizer_counts(tiny):
    inner = {"type": "Adam", "learning_rate": COSINE}
    spec = tiny(
        training=training()
        | {"optimizer": {"type": "LossScaleOptimizer", "inner_optimizer": inner}}
    )
    assert needs_steps(spec)
    assert rates(spec)[1][0.75] == pytest.approx(0.01, rel=1e-5)


def test_a_plateau_is_told(tiny):
    plateau = [{"type": "ReduceLROnPlateau", "monitor": "val_loss"}]
    phase, _ = rates(tiny(training=training(callbacks=plateau)), None)
    assert phase.told(several=True) == (
        "phase 1: 3 epochs, 0.01 throughout; ReduceLROnPlateau may lower it"
    )


# 9 steps up, 3 of them within the first epoch of 4; then 3 down.
LINES = {"type": "PiecewiseLinear", "boundaries": [0, "75%", "100%"], "values": [0.1, 1.0, 0.4]}
SHARES = {**COSINE, "warmup_steps": "25%", "decay_steps": "66.6%"}


def line(step):
    return 0.1 + 0.1 * step if step <= 9 else 1.0 - 0.2 * (step - 9)


def test_straight_lines_between_shares_of_the_training(tiny):
    phase, found = rates(tiny(training=training(LINES, optimizer="SGD")))
    for step in range(13):
        assert found[step / STEPS] == pytest.approx(line(step), rel=1e-6)
    assert phase.told(several=False) == (
        "3 epochs of 4 steps, from 0.1 to 0.4, highest 1 after 2.25 epochs"
    )


def test_shares_are_the_steps_that_they_come_to(tiny):
    _, found = rates(tiny(training=training(SHARES)))
    assert found == rates(tiny(training=training(COSINE)))[1]


def test_shares_follow_the_epochs_and_the_batches(tiny):
    for change, steps in (
        ({"epochs": 6}, 24),
        ({"batch_size": 5}, 36),
        ({"steps_per_epoch": 2}, 6),
        ({"epochs": 1, "steps_per_epoch": 20}, 20),
    ):
        spec = tiny(training=training(LINES, optimizer="SGD", **change))
        phase, found = rates(spec)
        top = round(0.75 * steps)
        assert max(found, key=found.get) == top / phase.steps
        assert found[top / phase.steps] == pytest.approx(1.0)
        assert found[steps / phase.steps] == pytest.approx(0.4)


def test_a_jump_is_found_to_the_step(tiny):
    jump = {"type": "PiecewiseConstantDecay", "boundaries": [12_345], "values": [0.1, 0.01]}
    spec = tiny(training=training(jump, epochs=1, steps_per_epoch=100_000))
    phase, found = rates(spec, None)
    assert len(phase.points) < 1_300
    assert found[12_345 / 100_000] == pytest.approx(0.1)
    assert found[12_346 / 100_000] == pytest.approx(0.01)


@pytest.mark.parametrize("top", [1, 40_000, 99_999])
def test_the_end_of_a_warm_up_is_found_to_the_step(tiny, top):
    warm = {**COSINE, "warmup_steps": top, "decay_steps": 50_000}
    spec = tiny(training=training(warm, epochs=1, steps_per_epoch=100_000))
    phase, found = rates(spec, None)
    assert found[top / 100_000] == pytest.approx(0.01, rel=1e-6)
    assert max(found, key=found.get) == top / 100_000
    assert len(phase.points) < 2_100


def test_a_training_has_just_these_rates(tiny, tmp_path, backend):
    """In phases, with a schedule by steps and one by epochs."""
    halving = [{"type": "LearningRateScheduler", "schedule": "lr * 0.5 if epoch else lr"}]
    spec = tiny(
        training=[
            training(LINES, epochs=2, optimizer="SGD"),
            training(0.01, optimizer="SGD", callbacks=halving),
        ]
    )
    run = kspec.train(spec, backend=backend, run_dir=tmp_path)
    assert train_samples(spec, run) == train_samples(spec) == 60
    first, second = phase_rates(spec, train_samples(spec, run))
    planned = [dict(first.points)[epoch] for epoch in (1, 2)]
    # Of two rates at the border of two epochs the one that ends is recorded.
    planned += [value for at, value in second.points[1::2]]
    recorded = [row["learning_rate"] for row in run.history]
    assert recorded == pytest.approx(planned, rel=1e-6, abs=1e-12)
    drawing = draw_schedule("tiny", [first.points, second.points], notes=["a note"])
    found = [each.text for each in drawing.root.iter("text")]
    assert {"tiny", "a note", "learning rate", "phase 2", "epoch"} <= set(found)
    assert len(list(drawing.root.iter("polyline"))) == 2
