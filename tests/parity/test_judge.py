"""Which difference is too large, and which of several is named first."""

import json
import math

import pytest

from kspec.errors import KspecError
from kspec.parity.judge import judge
from kspec.parity.tolerances import FORWARD, GRADIENT, steps

LAYERS = ("conv2d", "batch_normalization", "dense")
TYPES = {"conv2d": "Conv2D", "batch_normalization": "BatchNormalization", "dense": "Dense"}
NOTHING = {"forward": {}, "state": {}, "gradient": {}, "handed_on": {}}


def row(mode, name, **found):
    index = LAYERS.index(name)
    return {"mode": mode, "index": index, "name": name, "type": TYPES[name], **NOTHING, **found}


def result(backend, rows=(), **changed):
    """What a process says; `rows` take the place of those without differences."""
    given = {(each["mode"], each["name"]): each for each in rows}
    whole = {"gradients": {}, "updates": {}, "statistics": {}, "losses": [2.0, 1.0]}
    return {
        "backend": backend,
        "version": "1.0",
        "keras": "3.15.1",
        "name": "small",
        "weights": {"conv2d/kernel": "a", "dense/kernel": "b"},
        "batches": ["1", "2"],
        "layers": [
            given.get((mode, name), row(mode, name))
            for mode in ("inference", "training")
            for name in LAYERS
        ],
        "loss": {"forward": {"loss": 0.0}, "gradient": {"input": 0.0}},
        **whole,
        "shaken": whole,
        **changed,
    }


def judged(*results):
    return judge(result("tensorflow"), results, spec="small.json", batch_size=8, random="supplied")


def too_much(tolerance):
    return {"output": 2 * tolerance}


def test_what_is_within_its_tolerance_agrees():
    rows = [row("training", "conv2d", forward={"output": FORWARD / 2})]
    report = judged(result("torch", rows), result("jax", losses=[2.0, 1.000001]))
    assert report.agree
    assert report.verdict == "small: tensorflow, torch and jax agree over 2 steps"


def test_forward_the_first_layer_is_named():
    rows = [
        row("inference", "dense", forward=too_much(FORWARD)),
        row("training", "batch_normalization", forward=too_much(FORWARD)),
    ]
    report = judged(result("torch", rows), result("jax"))
    assert [found.layer for found in report.departures] == ["batch_normalization", "dense"]
    assert report.verdict == (
        "small: batch_normalization (BatchNormalization) departs on torch from tensorflow: "
        "its output in training differs by 1.0e-04; tolerated is 5.0e-05"
    )


def test_of_gradients_the_last_layer_is_named():
    rows = [row("training", name, gradient={"0 kernel": 2 * GRADIENT}) for name in LAYERS]
    first, *_ = judged(result("torch", rows)).departures
    assert (first.layer, first.what) == ("dense", "its gradient, kernel")


def test_what_comes_before_is_the_cause():
    """Weights before layers, a layer's output before gradients, and the losses at last."""
    rows = [
        row("training", "dense", gradient=too_much(GRADIENT), forward=too_much(FORWARD)),
        row("training", "conv2d", gradient=too_much(GRADIENT)),
    ]
    other = result(
        "torch",
        rows,
        weights={"conv2d/kernel": "a", "dense/kernel": "other"},
        losses=[3.0, 1.0],
        gradients={"conv2d/kernel": 1.0},
    )
    parts = [found.part for found in judged(other).departures]
    assert parts == ["weights", "forward", "gradient", "gradient", "gradients", "losses"]


def test_backends_that_depart_at_one_place_are_named_together():
    rows = [row("training", "dense", forward=too_much(FORWARD))]
    report = judged(result("torch", rows), result("jax", rows))
    assert "dense (Dense) departs on torch and jax from tensorflow: " in report.verdict


def test_what_is_not_the_same_to_the_byte():
    report = judged(result("torch", batches=["1", "other"]), result("jax"))
    assert report.batches == {"torch": False, "jax": True}
    assert "they depart on torch from tensorflow: batch 2 " in report.verdict


def test_the_report_is_json_without_infinities():
    rows = [row("training", "dense", forward={"output": math.inf})]
    values = json.loads(json.dumps(judged(result("torch", rows)).to_json(), allow_nan=False))
    assert values["agree"] is False
    assert values["departures"][0]["difference"] is None
    assert values["layers"][2]["differences"]["torch"]["training"]["difference"] is None


def test_other_networks_cannot_be_compared():
    other = result("torch")
    other["layers"] = other["layers"][1:]
    with pytest.raises(KspecError, match="torch calls other layers than tensorflow"):
        judged(other)


def test_a_loss_may_go_as_far_as_the_reference_does_when_shaken():
    assert steps([2.0, 2.0, 2.0], [2.0, 2.1, 2.0]) == pytest.approx([5e-5, 0.5, 0.5])
