"""`"allow"`: turning a rule off, with a reason."""

import pytest

SOFTMAX = {"type": "Dense", "units": 10, "activation": "softmax"}
BIASED = [
    {"type": "Flatten"},
    {"type": "Dense", "units": 32},
    {"type": "BatchNormalization"},
    SOFTMAX,
]
LOGITS = {"type": "SparseCategoricalCrossentropy", "from_logits": True}
BIAS = "bias-before-batch-normalization"


def test_what_is_allowed_is_not_told(codes):
    assert codes(layers=BIASED) == [BIAS]
    assert codes(layers=BIASED, allow={BIAS: "the report has it so"}) == []


def test_other_rules_stay_on(codes):
    layers = [*BIASED[:-1], {"type": "Dropout", "rate": 0}, SOFTMAX]
    assert codes(layers=layers, allow={BIAS: "the report has it so"}) == ["dropout-of-zero"]


@pytest.mark.parametrize("reason", ["", "ok", "   ", " a  "])
def test_an_allowance_without_a_reason_turns_nothing_off(reason, codes):
    assert codes(layers=BIASED, allow={BIAS: reason}) == [BIAS, "allow-reason"]


def test_an_unknown_rule_is_an_error_with_a_suggestion(linted):
    (problem,) = linted(allow={"bias-before-batchnormalization": "the report has it so"})
    assert (problem.code, problem.level) == ("unknown-rule", "error")
    assert f'Did you mean "{BIAS}"?' in problem.message


def test_what_needs_no_allowance_is_noted(linted):
    (problem,) = linted(allow={BIAS: "the report has it so"})
    assert (problem.code, problem.level) == ("unused-allow", "note")


def test_an_error_of_judgement_can_be_allowed(codes):
    training = {"loss": LOGITS}
    assert codes(training=training) == ["softmax-with-logits"]
    assert codes(training=training, allow={"softmax-with-logits": "to show what it does"}) == []


def test_what_cannot_work_cannot_be_allowed(codes):
    training = {"early_stopping": [{"monitor": "val_acc"}]}
    found = codes(training=training, allow={"unknown-monitor": "it is there, I hope"})
    assert found == ["unknown-monitor", "not-allowed"]


def test_the_rules_of_allowing_cannot_be_allowed(codes):
    assert codes(allow={"unused-allow": "why not"}) == ["unknown-rule"]
