"""Backbones that are made and trained in a second, in a spec."""

APPLICATION = {
    "type": "Backbone",
    "name": "backbone",
    "application": "MobileNetV2",
    "alpha": 0.35,
    "until": "expanded_conv_project_BN",
    "pooling": "avg",
    "weights": None,
}
HEAD = {"type": "Dense", "units": 10, "activation": "softmax"}


def changes(**backbone):
    """What makes the tiny spec one with this backbone; every argument changes that above."""
    said = {key: value for key, value in {**APPLICATION, **backbone}.items() if value != "unsaid"}
    return {
        "input": {"shape": [32, 32, 3]},
        "layers": [said, HEAD],
        "data.scale": None,
        "data.train_samples": 40,
        "data.test_samples": 16,
        "training.epochs": 1,
    }
