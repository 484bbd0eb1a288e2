"""What each key of a spec means, in a line."""

__all__ = ["MEANINGS"]

MEANINGS = {
    "Spec": {
        "$schema": "A JSON Schema for editors; kspec does not read it.",
        "kspec": "The version of the language.",
        "name": "The network's name, and that of the folder of its runs.",
        "description": "What the experiment is about, for people.",
        "reference": "A result from elsewhere, printed beside the run's own.",
        "seed": "Initial weights, dropout, split, order and augmentation are drawn from it.",
        "input": "What one sample is.",
        "inputs": "What one sample is where the network takes several tensors, by name.",
        "layers": "The network, from the input on; each layer takes the one before it.",
        "outputs": "The layers whose tensors the network gives; the last one without it.",
        "data": "Where the samples come from.",
        "augmentation": "Layers that change training pictures before the network sees them.",
        "training": "How the network learns; of a list each is a phase, like the one before it.",
        "expect": "What the spec claims of its own network.",
        "allow": "Rules of `kspec check` that do not apply here, each with the reason.",
    },
    "Input": {
        "shape": "Height, width, channels; whatever the first layer takes. null: any size.",
        "dtype": "Keras's name of the type of the values.",
    },
    "Data": {
        "source": "A data set of Keras, a file, a folder, drawn figures, or what a plugin brings.",
        "path": "The file of `npz` or `csv`, or the folder of `images`, from the spec's folder.",
        "test_path": "A file of `csv` with the test set, from the folder of the spec.",
        "labels": "What is to be learned of a sample: its class, a mask of classes, or numbers.",
        "target": "The column of `csv` that holds the labels.",
        "columns": "The columns of `csv` that the network takes; without it all but `target`.",
        "options": "What the source of a plugin is to be called with.",
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
        "steps_per_epoch": "Steps in an epoch, where that is not one pass over the samples.",
        "trainable": "Which layers are trained, by name; the others say so themselves.",
        "early_stopping": "Monitors, any of which may stop the training.",
        "callbacks": "Callbacks of Keras.",
        "checkpoint": "How often the state is written, to go on from; null for never.",
        "deterministic": "Whether training again on this machine gives the same to the bit.",
        "features": "What the frozen part gives for each sample, computed once and kept.",
    },
    "Features": {
        "until": "The layer whose outputs are kept; all up to it is frozen.",
        "dtype": "How they are kept: float16 takes half the room.",
    },
    "CheckpointTimes": {
        "epochs": "Every so many epochs.",
        "steps": "Every so many steps, counted from the beginning of the phase.",
        "minutes": "Whenever so many minutes have gone by since the last one.",
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
        "tolerance": "How far the result of another training may be from a recorded one.",
    },
    "Reference": {
        "source": "Who measured it; the last line of a training names it.",
        "test_accuracy": "The accuracy on the test set.",
    },
    "KerasObject": {
        "type": "Keras's name of the class.",
    },
    "Layer": {
        "type": "Keras's name of the class, or `ops.` and the name of an operation.",
        "inputs": "What the layer takes, where that is not the layer before it.",
    },
    "NestedModel": {
        "type": "`Model`.",
        "inputs": "What the network takes; an object names its inputs for the layers in it.",
        "layers": "The layers of the network within.",
        "outputs": "The layers whose tensors it gives; the last one without it.",
    },
}
