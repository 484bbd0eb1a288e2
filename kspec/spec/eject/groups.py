"""Variables with a learning rate and weight decay of their own."""

from __future__ import annotations

from kspec.spec.eject.code import Call, Row, lines
from kspec.spec.eject.literals import literal, quote
from kspec.spec.models import Spec, Training

__all__ = ["GROUP_PARAMETERS", "groups_parameters", "write_groups"]

_VARIABLES_OF = r'''
def variables_of(layer, path=""):
    """What training changes in a layer, with paths: "block/conv2d/kernel"."""
    for variable in layer._trainable_variables:
        yield f"{path}{variable.name}", variable
    counts = Counter()
    for inner in layer._layers:
        name = inner.name
        if path:  # Keras's own numbers count through the whole model.
            stem = re.sub(r"_\d+$", "", name)
            name = f"{stem}_{counts[stem]}" if counts[stem] else stem
            counts[stem] += 1
        yield from variables_of(inner, f"{path}{name}/")
'''

_GROUP_PARAMETERS = '''
def group_parameters(model, groups):
    """Multiply learning rate and weight decay of some variables of a compiled model.

    A group is patterns over paths, and the factors; the first that matches counts.
    """
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    current_rate = optimizer._get_current_learning_rate
    update_step = optimizer._backend_update_step
    apply_weight_decay = optimizer._apply_weight_decay
    of_rate, of_decay, shrunk_by = {}, {}, 1
    for path, variable in variables_of(model):
        for patterns, rate, decay in reversed(groups):
            if any(fnmatchcase(path, pattern) for pattern in patterns):
                of_rate[id(variable)] = rate
                of_decay[id(variable)] = rate * decay

    def grouped(variables, factors):
        found = {}
        for number, variable in enumerate(variables):
            found.setdefault(factors.get(id(variable), 1), []).append(number)
        return [(factor, numbers) for factor, numbers in found.items() if factor]

    def rate_for_decay():
        return current_rate() * shrunk_by

    def update_groups(grads, variables, learning_rate):
        # Nadam has one variable for all variables together.
        product = getattr(optimizer, "_u_product", None)
        before = None if product is None else keras.ops.copy(product)
        for factor, numbers in grouped(variables, of_rate):
            if product is not None:
                product.assign(before)
            update_step(
                [grads[number] for number in numbers],
                [variables[number] for number in numbers],
                learning_rate * factor,
            )

    def decay_groups(variables):
        nonlocal shrunk_by
        for factor, numbers in grouped(variables, of_decay):
            shrunk_by = factor
            apply_weight_decay([variables[number] for number in numbers])
        shrunk_by = 1

    optimizer._get_current_learning_rate = rate_for_decay
    optimizer._backend_update_step = update_groups
    optimizer._apply_weight_decay = decay_groups
'''

GROUP_PARAMETERS = [_VARIABLES_OF.strip().splitlines(), _GROUP_PARAMETERS.strip().splitlines()]
"""The functions that a script with parameter groups has."""


def groups_parameters(spec: Spec) -> bool:
    """Whether the script has the function `group_parameters`."""
    return any(phase.parameter_groups for phase in spec.phases)


def write_groups(training: Training) -> list[str]:
    """The lines that come after `model.compile(…)`."""
    groups = tuple(
        Row(
            (
                Row(tuple(map(quote, group.matching))),
                _number(group.learning_rate_multiplier),
                _number(group.weight_decay_multiplier),
            ),
            "()",
        )
        for group in training.parameter_groups
    )
    return lines(Call("group_parameters", ("model", Row(groups))), depth=1) if groups else []


def _number(value: float) -> str:
    return literal(int(value) if value.is_integer() else value)
