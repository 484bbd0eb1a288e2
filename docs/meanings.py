"""What each key of a spec means, in a line. `generate.py` fails for a key that is not here."""

MEANINGS = {
    "Spec": {
        "$schema": "A JSON Schema for editors; kspec does not read it.",
        "kspec": "The version of the language.",
        "name": "The network's name, and that of the folder of its runs.",
        "description": "What the experiment is about, for people.",
        "reference": "A result from elsewhere, printed beside the run's own.",
        "seed": "Initial weights, dropout, split, order and augmentation are drawn from it.",
        "input": "What one sample is.",
        "layers": "The network, from the input on; each layer takes the one before it.",
        "data": "Where the samples come from.",
        "augmentation": "Layers that change training pictures before the network sees them.",
        "training": "How the network learns.",
        "expect": "What the spec claims of its own network.",
    },
    "Input": {
        "shape": "Height, width, channels; whatever the first layer takes.",
        "dtype": "Keras's name of the type of the values.",
    },
    "Data": {
        "source": "A data set of Keras, a file, a folder, or drawn figures.",
        "path": "The file of `npz` or the folder of `images`, from the folder of the spec.",
        "validation": 'A fraction of the training set to hold out, or `"own"`.',
        "scale": 'What every pixel is multiplied by, as a number or a fraction: `"1/255"`.',
        "standardize": "Subtract a mean and divide by a deviation, per channel, after scaling.",
        "train_samples": "How many training samples to take, the classes in proportion.",
        "test_samples": "How many test samples to take, the classes in proportion.",
    },
    "Standardize": {
        "mean": "What to subtract, one value per channel.",
        "std": "What to divide by, one value per channel.",
    },
    "Training": {
        "optimizer": "An optimizer of Keras.",
        "loss": "A loss of Keras.",
        "metrics": "Metrics of Keras.",
        "batch_size": "Samples in a step.",
        "epochs": "The most epochs to train.",
        "early_stopping": "Monitors, any of which may stop the training.",
        "callbacks": "Callbacks of Keras.",
    },
    "EarlyStopping": {
        "monitor": "The loss or metric to watch; `val_` before it is that of the validation set.",
        "min_delta": "What an improvement must exceed to count.",
        "patience": "Epochs without improvement before the training stops.",
        "mode": "Whether less or more is better; `auto` goes by the name.",
        "baseline": "A value that must be beaten for an epoch to count as an improvement.",
        "restore_best_weights": "This monitor says which epoch's weights are kept.",
        "start_from_epoch": "Epochs before this one, counted from 0, are not watched.",
    },
    "Expect": {
        "total_params": "The number of parameters.",
        "trainable_params": "How many of them are trained.",
    },
    "Reference": {
        "source": "Who measured it; the last line of a training names it.",
        "test_accuracy": "The accuracy on the test set.",
    },
    "KerasObject": {
        "type": "Keras's name of the class.",
    },
}
