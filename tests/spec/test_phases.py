"""A training as a list of phases: what each takes from the one before, where faults are told."""

import json

import pytest
from tiny_spec import TINY

import kspec
from kspec.spec.canonical import canonical, spec_hash
from kspec.spec.changes.comparison import Comparison

TRAINING = {
    **TINY["training"],
    "callbacks": [{"type": "CSVLogger", "filename": "log.csv"}],
    "early_stopping": [{"monitor": "val_loss", "patience": 1}],
}


@pytest.fixture
def write(tmp_path):
    def write(*phases, **changes):
        path = tmp_path / "phases.json"
        # The first phase stands on line 2, the next one on line 3, …
        values = {key: each for key, each in {**TINY, **changes}.items() if key != "training"}
        before = json.dumps({**values, "training": 0}).removesuffix("0}")
        lines = ",\n".join(map(json.dumps, phases))
        path.write_text(f"{before}[\n{lines}\n]}}")
        return path

    return write


def problems(path, *settings):
    return [(str(each.place), each.code, each.message) for each in kspec.check(path, settings)]


def test_a_list_of_one_phase_is_that_phase(write):
    one, alone = kspec.load(write(TRAINING)), kspec.Spec(**{**TINY, "training": TRAINING})
    assert one.resolved() == alone.resolved()
    assert spec_hash(one) == spec_hash(alone)
    assert isinstance(canonical(one)["training"], dict)


def test_a_phase_is_like_the_one_before_but_for_its_epochs(write):
    spec = kspec.load(write(TRAINING, {"epochs": 7}, {"epochs": 1, "batch_size": 4}))
    first, second, third = spec.phases
    assert spec.training is first
    assert second == first.model_copy(update={"epochs": 7})
    assert third == first.model_copy(update={"epochs": 1, "batch_size": 4})


def test_objects_are_laid_over_each_other_key_by_key(write):
    rate = {"optimizer": {"learning_rate": 1e-5}}
    first = {**TRAINING, "optimizer": {"type": "Adam", "clipnorm": 1.0}}
    another = {"optimizer": {"type": "SGD", "momentum": 0.9}, "early_stopping": []}
    phases = (first, {"epochs": 1, **rate}, {"epochs": 1, **another})
    found = [phase.optimizer for phase in kspec.load(write(*phases)).phases]
    assert [each.type for each in found] == ["Adam", "Adam", "SGD"]
    assert found[1].arguments == {"clipnorm": 1.0, "learning_rate": 1e-5}
    assert found[2].arguments == {"momentum": 0.9}
    assert kspec.load(write(*phases)).phases[2].early_stopping == ()


def test_another_spelling_of_the_same_class_is_the_same(write):
    first = {**TRAINING, "optimizer": {"type": "Adam", "learning_rate": 0.5}}
    for spelling in ("adam", {"type": "adam"}, "Adam"):
        second = kspec.load(write(first, {"epochs": 1, "optimizer": spelling})).phases[1].optimizer
        assert (second.type, second.arguments) == ("Adam", {"learning_rate": 0.5})


def test_a_name_alone_may_be_said_more_of(write):
    phases = ({**TRAINING, "optimizer": "adam"}, {"epochs": 1, "optimizer": {"learning_rate": 0.5}})
    second = kspec.load(write(*phases)).phases[1].optimizer
    assert (second.type, second.arguments) == ("adam", {"learning_rate": 0.5})


def test_of_trainable_each_layer_has_one_value(write):
    inner = [{"type": "Flatten"}, {"type": "Dense", "units": 3, "name": "a"}]
    layers = [{"type": "Model", "name": "body", "layers": inner}, {"type": "Dense", "units": 10}]
    said = [
        {"body": {"last": 1}, "dense": False},
        {"body": {"from": "a"}},
        {"dense": True, "body/a": True},
    ]
    phases = (
        {**TRAINING, "trainable": said[0]},
        *({"epochs": 1, "trainable": t} for t in said[1:]),
    )
    spec = kspec.load(write(*phases, layers=layers))
    assert [phase.trainable for phase in spec.phases] == [
        {"body": {"last": 1}, "dense": False},
        {"body": {"from": "a"}, "dense": False},
        {"body": {"from": "a"}, "dense": True, "body/a": True},
    ]


def test_what_is_resolved_is_read_again(write):
    phases = (
        {**TRAINING, "optimizer": {"type": "adam", "clipnorm": 1.0}},
        {"epochs": 3, "steps_per_epoch": 5, "optimizer": "adam"},
        {"epochs": 1},
        {"epochs": 1, "steps_per_epoch": None, "optimizer": "sgd", "early_stopping": []},
        {"epochs": 1, "optimizer": "adam"},
    )
    spec = kspec.load(write(*phases))
    again = kspec.Spec(**spec.resolved())
    assert again.resolved() == spec.resolved() and spec_hash(again) == spec_hash(spec)
    assert [phase.steps_per_epoch for phase in again.phases] == [None, 5, 5, None, None]
    clipped = ["clipnorm" in phase.optimizer.arguments for phase in again.phases]
    assert clipped == [True, True, True, False, False]


def test_each_phase_counts_for_the_hash(write):
    hashes = {
        spec_hash(kspec.load(write(*phases)))
        for phases in [
            (TRAINING,),
            ({**TRAINING, "steps_per_epoch": 3},),
            ({**TRAINING, "trainable": {"dense": False}},),
            (TRAINING, {"epochs": 1}),
            (TRAINING, {"epochs": 2}),
            (TRAINING, {"epochs": 2, "batch_size": 4}),
        ]
    }
    assert len(hashes) == 6


@pytest.mark.parametrize(
    ("phase", "code", "says"),
    [
        ({}, "missing-key", 'the key "epochs" is missing in training[1]'),
        ({"epochs": 0}, "wrong-value", '"epochs" must be at least 1, not 0'),
        ({"epoch": 2}, "unknown-key", 'has no key "epoch". Did you mean "epochs"?'),
        ({"epochs": 2, "loss": "mes"}, "unknown-loss", 'no loss "mes"'),
        (
            {"epochs": 2, "early_stopping": [{"monitor": "val_los"}]},
            "unknown-monitor",
            'Did you mean "val_loss"?',
        ),
        (
            {"epochs": 2, "callbacks": [{"type": "LearningRateScheduler", "schedule": "x"}]},
            "callback",
            'the schedule "x" has no value',
        ),
        (
            {"epochs": 2, "optimizer": {"learning_rate": 2.0}, "callbacks": []},
            "learning-rate",
            "a learning rate of 2 is very high for Adam",
        ),
        (
            {"epochs": 2, "deterministic": True},
            "unknown-key",
            '"deterministic" holds for the whole training; give it in the first phase',
        ),
        (
            {"epochs": 2, "trainable": {"dens": True}},
            "trainable-layer",
            'Did you mean "dense"?',
        ),
        ({"epochs": 2, "trainable": {"dense": 1}}, "wrong-value", "must be true or false"),
        ({"epochs": 2, "steps_per_epoch": 0}, "wrong-value", "must be at least 1"),
    ],
)
def test_a_fault_of_a_phase_is_told_once_and_at_its_place(write, phase, code, says):
    path = write({**TRAINING, "early_stopping": []}, phase)
    (found,) = problems(path)
    assert found[0].startswith(f"{path}:3:"), found
    assert found[1] == code
    assert says in found[2]


def test_a_fault_that_phases_have_in_common_is_told_once(write):
    (found,) = problems(write({**TRAINING, "early_stopping": [{"monitor": "acc"}]}, {"epochs": 1}))
    assert found[1] == "unknown-monitor"


def test_what_a_phase_has_from_one_before_it_is_told_with_its_number(write):
    monitors = [{"monitor": "val_loss", "patience": 3}]
    first = {**TRAINING, "epochs": 9, "early_stopping": monitors}
    path = write(first, {"epochs": 2}, {"epochs": 1}, {"epochs": 2, "early_stopping": monitors})
    found = [(int(where.split(":")[1]), said) for where, _, said in problems(path)]
    too_long = 'do not fit into 2 epochs, so "val_loss" never stops the training'
    assert [each for each in found if "2 epochs" in each[1]] == [
        (2, f"in phase 2: 3 epochs without improvement {too_long}"),
        (5, f"3 epochs without improvement {too_long}"),
    ]


def test_a_rule_that_one_phase_needs_allowed_is_not_allowed_in_vain(write):
    fast = {"epochs": 1, "optimizer": {"learning_rate": 0.5}}
    allow = {"allow": {"learning-rate": "on purpose"}}
    first = {**TRAINING, "optimizer": "adam", "early_stopping": []}
    assert [code for _, code, _ in problems(write(first, fast))] == ["learning-rate"]
    assert problems(write(first, fast, **allow)) == []
    assert [code for _, code, _ in problems(write(first, {"epochs": 1}, **allow))] == [
        "unused-allow"
    ]


def test_labels_are_the_same_in_all_phases(write):
    """So a loss for one-hot labels in one of them serves a metric in all."""
    first = {**TRAINING, "loss": "categorical_crossentropy", "metrics": ["accuracy", "AUC"]}
    first["early_stopping"] = []
    sparse = {"epochs": 1, "loss": "sparse_categorical_crossentropy"}
    assert problems(write(first, sparse)) == []
    found = [code for _, code, _ in problems(write({**first, **sparse}, {"epochs": 1}))]
    assert found == ["metric-needs-one-hot"]


def test_what_is_no_phase_is_told(write):
    (found,) = problems(write(TRAINING, 3))
    assert found[1:] == ("wrong-type", '"training[1]" must be an object, not 3')
    (found,) = problems(write())
    assert "is empty" in found[2]


def test_settings_reach_each_phase(write):
    path = write(TRAINING, {"epochs": 1})
    settings = ["training[1].epochs=3", "training[1].optimizer.learning_rate=0.5"]
    spec = kspec.load(path, settings)
    assert [phase.epochs for phase in spec.phases] == [2, 3]
    assert spec.phases[1].optimizer.arguments["learning_rate"] == 0.5
    assert kspec.load(path, ["training[0].batch_size=5"]).phases[1].batch_size == 5
    (found,) = problems(path, "training[1].epochs=0")
    assert found[0] == "--set training[1].epochs=0"
    (found,) = problems(path, "training.epochs=3")
    assert found[2] == "training is a list; say which item, as in training[0].epochs"


def test_variables_stand_in_every_phase(write):
    spec = kspec.load(write(TRAINING, {"epochs": "$long"}, variables={"long": 9}))
    assert spec.phases[1].epochs == 9


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"bod": True}, 'the network has no layer "bod". Did you mean "body"?'),
        ({"body/b": True}, 'body has no layer "b"; there are flatten, a'),
        ({"body": {"from": "b"}}, 'body has no layer "b"; there are flatten, a'),
        ({"body": {"matching": "b*"}}, 'no layer of body matches "b*"; there are flatten, a'),
        (
            {"dense": {"last": 1}},
            "dense is not a nested network: say true (trained) or false (frozen)",
        ),
        ({"dense/a": True}, 'dense is not a nested network, so it has no layer "a"'),
        ({"body": {"last": 1}, "body/a": False, "dense": True}, None),
    ],
)
def test_layers_to_train_have_to_be_there(write, said, says):
    inner = [{"type": "Flatten"}, {"type": "Dense", "units": 3, "name": "a"}]
    layers = [
        {"type": "Model", "name": "body", "layers": inner},
        {"type": "Dense", "units": 10, "activation": "softmax"},
    ]
    training = {**TINY["training"], "trainable": said}
    found = [message for _, _, message in problems(write(training, layers=layers))]
    assert found == ([] if says is None else [says])


def test_averaging_goes_on_in_the_next_phase_until_one_takes_it_away(write):
    first = {**TRAINING, "averaging": {"momentum": 0.9, "every": 5}}
    mean = {"epochs": 1, "averaging": {"momentum": None}}
    without = {"epochs": 1, "averaging": None}
    spec = kspec.load(write(first, {"epochs": 1}, mean, without))
    found = [phase.averaging for phase in spec.phases]
    assert [each and (each.momentum, each.every) for each in found] == [
        (0.9, 5), (0.9, 5), (None, 5), None
    ]  # fmt: skip
    again = kspec.Spec(**spec.resolved())
    assert [phase.averaging for phase in again.phases] == found
    assert spec_hash(again) == spec_hash(spec)


def test_averaging_is_a_difference_that_can_be_made(write):
    plain = kspec.load(write(TRAINING, {"epochs": 1}))
    first = {**TRAINING, "averaging": {"momentum": 0.9}}
    averaged = kspec.load(write(first, {"epochs": 1, "averaging": None}))
    assert spec_hash(plain) != spec_hash(averaged)
    for before, after in ((plain, averaged), (averaged, plain)):
        comparison = Comparison(before, after)
        assert [atom.key for atom in comparison.atoms] == ["training[0].averaging"]
        members = comparison.members(frozenset(comparison.atoms))
        made = kspec.Spec(**{"name": "made", **members})
        assert [phase.averaging for phase in made.phases] == [
            phase.averaging for phase in after.phases
        ]
