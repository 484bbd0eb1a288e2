"""The script's `main`: load, build, compile, fit, evaluate, save."""

from __future__ import annotations

from kspec.spec.eject.augmentation import counts_steps, draws_batches, mixes_labels
from kspec.spec.eject.code import Call, Expression, Row, indented, lines
from kspec.spec.eject.data import DataCode
from kspec.spec.eject.groups import write_groups
from kspec.spec.eject.literals import quote
from kspec.spec.eject.own_initializers import write_looks
from kspec.spec.eject.phases import write_trainable
from kspec.spec.eject.recipe import write_callbacks, write_compile, write_steps
from kspec.spec.eject.scaling import fits_scaling, scaled_inputs
from kspec.spec.fitted import fitted
from kspec.spec.models import Spec
from kspec.spec.shapes import carry
from kspec.spec.views import views_of

__all__ = ["needs_batch_size", "write_main", "write_summary"]


def needs_batch_size(spec: Spec) -> bool:
    """Whether the script has the constant BATCH_SIZE."""
    return draws_batches(spec) and not counts_steps(spec)


def write_summary() -> list[str]:
    """`main` for a network of several outputs, which kspec does not train."""
    return ["def main():", "    build_model().summary()"]


def write_main(spec: Spec, data: DataCode) -> list[str]:
    """The function `main`."""
    body = ["keras.utils.set_random_seed(SEED)", f"{data.targets} = load_data()"]
    body += _scaling(spec, data)
    outputs = _outputs(spec)
    one_hot = _one_hot(spec, outputs)
    if one_hot:
        body += [
            f"y_{part} = keras.utils.to_categorical(y_{part}, {outputs})" for part in data.parts
        ]
    elif outputs == 1 and spec.data.labels != "numbers":
        body += [f'y_{part} = y_{part}[..., None].astype("float32")' for part in data.parts]
    body += ["", "model = build_model()", *write_looks(spec)]
    text = ["def main():", *(f"    {line}" if line else "" for line in body)]
    several, counted = len(spec.phases) > 1, counts_steps(spec)
    compiles_again = several or spec.test_time is not None
    for number in range(len(spec.phases)):
        phase = spec.in_phase(number)
        phase = phase.with_training(fitted(phase, one_hot=one_hot, outputs=outputs))
        text += ["", f"    # Phase {number + 1}."] if several else []
        text += indented(write_trainable(spec, number))
        text += write_steps(phase.training)
        text += lines(write_compile(phase, several=compiles_again), depth=1)
        text += write_groups(phase.training)
        text += lines(_fit(phase, data, counted=counted, first=number == 0), depth=1)
    text += [""] if several else []
    if "test" in data.parts:
        tested = "model"
        if spec.test_time is not None:
            tested = "viewed"
            text.append("    viewed = with_views(model)")
            compiled = write_compile(phase, several=compiles_again, of=tested, learns=False)
            text += lines(compiled, depth=1)
        text += lines(
            Call(
                f"{tested}.evaluate",
                ("x_test", "y_test"),
                (("batch_size", _test_size(phase, counted=counted)), ("return_dict", "True")),
            ),
            "result = ",
            depth=1,
        )
        text.append("    for name, value in result.items():")
        text.append('        print(f"test {name}: {value:.4f}")')
    text.append(f"    model.save({quote(f'{spec.name}.keras')})")
    return text


def _scaling(spec: Spec, data: DataCode) -> list[str]:
    if not scaled_inputs(spec):
        return []
    first = ["scale = fit_scaling(x_train)"] if fits_scaling(spec) else []
    parts = [part for part in data.parts if part != "train" or not spec.augmentation]
    names = ", ".join(f"x_{part}" for part in parts)
    values = ", ".join(f"scale(x_{part})" for part in parts)
    return [*first, f"{names} = {values}"] if parts else first


def _outputs(spec: Spec) -> int:
    """The size of the last axis of what the network gives."""
    (shape,) = carry(spec).outputs
    size = shape[-1] if shape else None
    return size if isinstance(size, int) else _units(spec)


def _one_hot(spec: Spec, outputs: int) -> bool:
    """Whether labels are made one-hot.

    Decided as in `kspec.experiment.prepare`: sparse losses take class numbers. Those of masks take
    none without logits, which Keras's PyTorch backend cannot compute. With one output the labels
    only get its shape.
    """
    if spec.data.labels == "numbers":
        return False
    if mixes_labels(spec):
        return True
    sparse = all(
        phase.takes_class_numbers
        and (spec.data.labels != "masks" or phase.logits or phase.needs_class_numbers)
        for phase in spec.phases
    )
    return outputs > 1 and not sparse


def _units(spec: Spec) -> int:
    """The units or filters of the last layer that has either."""
    for layer in reversed(spec.layers):
        for key in ("units", "filters"):
            if isinstance(layer.arguments.get(key), int):
                return int(layer.arguments[key])
    return 1


def _fit(spec: Spec, data: DataCode, *, counted: bool, first: bool) -> Call:
    """`model.fit(…)` for a phase; `counted` says whether any phase counts steps."""
    named: list[tuple[str, Expression]] = []
    if "val" in data.parts:
        named.append(("validation_data", Row(("x_val", "y_val"), "()")))
    takes: tuple[Expression, ...] = ("x_train", "y_train")
    if draws_batches(spec):
        given = ("x_train", "y_train", *(("scale",) if spec.augmentation else ()))
        if counted:
            given += (str(spec.training.batch_size), str(spec.training.steps_per_epoch))
        takes = (Call("TrainingBatches", given),)
    else:
        named.append(("batch_size", _batch_size(spec, counted=counted)))
    named.append(("epochs", str(spec.training.epochs)))
    callbacks = write_callbacks(spec.training, first=first)
    if callbacks is not None:
        named.append(("callbacks", callbacks))
    return Call("model.fit", takes, tuple(named))


def _batch_size(spec: Spec, *, counted: bool) -> str:
    constant = bool(spec.augmentation) and not counted
    return "BATCH_SIZE" if constant else str(spec.training.batch_size)


def _test_size(spec: Spec, *, counted: bool) -> str:
    """The batch size for the test, smaller than in training if each picture has several views."""
    size = _batch_size(spec, counted=counted)
    if spec.test_time is None:
        return size
    views = len(views_of(spec.test_time))
    if size.isdecimal():
        return str(max(1, int(size) // views))
    return f"max(1, {size} // {views})"
