"""What kspec itself asks of the callbacks that a spec names, beyond Keras's arguments."""

from __future__ import annotations

from kspec.spec.expression import ExpressionError, evaluate
from kspec.spec.models import KerasObject, Training

__all__ = ["callback_fault", "log_file", "rate"]

# How many epochs a schedule is tried for: a typo in "epochs" must not keep the check busy.
_TRIED = 1000


def callback_fault(callback: KerasObject, training: Training) -> str | None:
    """Why `callback` cannot work in this training, or None if no reason is known."""
    rates = ("LearningRateScheduler", "ReduceLROnPlateau")
    if callback.type in rates and isinstance(
        training.optimizer.arguments.get("learning_rate"), dict
    ):
        return f"{callback.type} sets the learning rate, but the optimizer has a schedule for it"
    try:
        if callback.type == "CSVLogger":
            log_file(callback)
        if callback.type == "LearningRateScheduler":
            for epoch in (*range(min(training.epochs, _TRIED)), training.epochs - 1):
                # A typical rate stands in for the actual one.
                rate(callback, epoch, 0.001)
    except ValueError as error:
        return str(error)
    return None


def log_file(callback: KerasObject) -> str:
    """The file of a CSVLogger, inside the run's folder. Raises ValueError for any other place."""
    name = callback.arguments.get("filename", "log.csv")
    if not isinstance(name, str):
        raise ValueError(f'CSVLogger: "filename" must be text, not {name!r}')
    if not name.endswith(".csv") or name in (".csv", "history.csv") or set(name) & set('/\\:"'):
        raise ValueError(
            f'CSVLogger: "{name}" must be a bare file name that ends with .csv, '
            "and not history.csv; it is written into the run"
        )
    return str(name)


def rate(callback: KerasObject, epoch: int, lr: float) -> float:
    """The rate that a LearningRateScheduler sets at the start of `epoch` (from 0), given `lr`.

    Its schedule is arithmetic on `epoch` and `lr`: `"lr * 0.5 if epoch % 10 == 9 else lr"`. Raises
    ValueError if that has no value, or one that is not a valid rate.
    """
    text = callback.arguments.get("schedule")
    if not isinstance(text, str):
        raise ValueError(f'"schedule" must be arithmetic on epoch and lr as text, not {text!r}')
    try:
        value = evaluate(text, {"epoch": epoch, "lr": lr})
    except ExpressionError as error:
        raise ValueError(f'the schedule "{text}" has no value at epoch {epoch}: {error}') from None
    if not isinstance(value, (int, float)) or not value >= 0:
        raise ValueError(f'the schedule "{text}" gives {value!r} at epoch {epoch}, not a rate')
    return float(value)
