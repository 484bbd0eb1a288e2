"""Which phase of a training is measured."""

from kspec.bench.shortened import measured_phase, shortened

PHASE = {"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "epochs": 9}


def test_the_longest_of_those_without_features(tiny):
    features = PHASE | {"epochs": 50, "features": {"until": "batch_normalization"}}
    spec = tiny(training=[features, {"epochs": 2}, {"epochs": 7, "batch_size": 8}])
    assert measured_phase(spec) == 2
    short = shortened(spec, 5).training
    assert (short.batch_size, short.epochs, short.steps_per_epoch) == (8, 1, 5)


def test_of_one_on_features_the_whole_network(tiny):
    spec = tiny(training=PHASE | {"features": {"until": "batch_normalization"}})
    assert shortened(spec, 5).training.features is None
