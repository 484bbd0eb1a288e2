"""What the lint knows of the rest of kspec and of Keras's catalogue is so."""

from kspec.data.sources import pairs, sentences, shapes, table
from kspec.spec import catalog
from kspec.spec.lint import RULES
from kspec.spec.lint.labels import SAMPLES
from kspec.spec.lint.learning_rate import USUAL


def test_what_is_drawn_is_as_many_as_it_is():
    for source in (pairs, sentences, shapes, table):
        assert SAMPLES[source.__name__.rpartition(".")[2]] == source.TRAIN_SAMPLES


def test_every_optimizer_has_a_range_that_holds_its_default():
    for name in catalog.names("optimizers"):
        if name == "LossScaleOptimizer":  # It has the rate of the optimizer inside it.
            continue
        entry = catalog.find("optimizers", name)
        low, high = USUAL[name]
        assert low < entry.arguments["learning_rate"].default < high


def test_errors_that_break_a_training_cannot_be_allowed():
    fixed = {rule.code for rule in RULES if not rule.may_be_allowed}
    assert {"unknown-monitor", "callback", "duplicate-name", "dropout-of-one"} <= fixed
    assert "softmax-with-logits" not in fixed
