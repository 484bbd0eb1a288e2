"""A network that trains in a second, as a spec."""

TINY = {
    "kspec": 1,
    "name": "tiny",
    "input": {"shape": [8, 8, 3]},
    "layers": [
        {"type": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same", "use_bias": False},
        {"type": "BatchNormalization"},
        {"type": "ReLU"},
        {"type": "GlobalAveragePooling2D"},
        {"type": "Dropout", "rate": 0.2},
        {"type": "Dense", "units": 10, "activation": "softmax"},
    ],
    "data": {
        "source": "shapes",
        "validation": 0.25,
        "scale": "1/255",
        "train_samples": 80,
        "test_samples": 40,
    },
    "training": {
        "optimizer": {"type": "Adam", "learning_rate": 0.01},
        "loss": "sparse_categorical_crossentropy",
        "metrics": ["accuracy"],
        "batch_size": 16,
        "epochs": 2,
    },
}
