"""The layers of a model as listed in the file, checked only for their form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kspec.spec.catalog import files
from kspec.spec.catalog.suggestions import bare
from kspec.spec.foreign.reading import BrokenError, as_dict, as_list, as_text, quoted

__all__ = ["RawLayer", "is_functional", "is_model", "is_sequential", "layers_of", "raw_layer"]

_FUNCTIONAL = ("Model", "Functional", "Container", "Network")
_MODELS = (*_FUNCTIONAL, "Sequential")
_KERAS = ("keras", "tensorflow", "tf_keras", "builtins")
_OPERATIONS = "keras.src.ops"
_GRAPH = ("layers", "input_layers", "output_layers")


@dataclass(frozen=True)
class RawLayer:
    """A layer as in the file. `name` is None if the file gives none.

    `config` is an object, or for the Sequential of Keras 1 and 2 the list of its layers; `nodes`
    are its calls, in the form of the file.
    """

    name: str | None
    class_name: str
    config: dict[str, Any] | list[Any]
    module: str = ""
    nodes: list[Any] = field(default_factory=list)

    @property
    def arguments(self) -> dict[str, Any]:
        """The config as an object."""
        return self.config if isinstance(self.config, dict) else {"layers": self.config}

    @property
    def title(self) -> str:
        """The layer as messages name it: by its name if it has one."""
        what = "model" if is_model(self) else "layer"
        return f"{what} {quoted(self.name)}" if self.name else f"a {self.class_name}"


def raw_layer(values: Any, what: str = "a layer") -> RawLayer:
    """The layer that an object in the file describes. Raises BrokenError."""
    entry = as_dict(values, what)
    if "class_name" not in entry:
        entry = _of_keras_0(entry, what)
    class_name = _class_name(entry, as_text(entry["class_name"], f'the "class_name" of {what}'))
    config = entry.get("config", {})
    if not isinstance(config, list):
        config = as_dict(config or {}, f'the "config" of the {quoted(class_name)[1:-1]}')
    own = config.get("name") if isinstance(config, dict) else None
    name = entry.get("name", own)
    if name is not None:
        name = as_text(name, f'the "name" of {what}')
    module = entry.get("module")
    nodes = as_list(entry.get("inbound_nodes") or [], f'the "inbound_nodes" of {quoted(name)}')
    if module is None and _looks_like_operation(config, nodes):
        module = _OPERATIONS
    return RawLayer(
        name=name or None,
        class_name=class_name,
        config=config,
        module=module if isinstance(module, str) else "",
        nodes=nodes,
    )


def _looks_like_operation(config: Any, nodes: list[Any]) -> bool:
    """Whether it is an operation of Keras 3 in an HDF5 file, which names no modules: there is an
    Add of both kinds. Only layers and models have `trainable`."""
    is_keras_3 = any(isinstance(node, dict) and "args" in node for node in nodes)
    return is_keras_3 and isinstance(config, dict) and not {"trainable", "layers"} & config.keys()


def _class_name(entry: dict[str, Any], name: str) -> str:
    """The class name; with its package if a custom class has the name of one of Keras.

    A custom class may be called Dense.
    """
    registered, module = entry.get("registered_name"), entry.get("module")
    package, _, own = name.rpartition(">")
    if isinstance(registered, str) and ">" in registered:
        package = registered.rpartition(">")[0]
    elif isinstance(module, str) and module.partition(".")[0] not in _KERAS:
        package = module
    is_of_keras = own in files.read("")["kinds"]["layers"] or own in _MODELS
    return f"{package}>{own}" if package and is_of_keras else own


def _of_keras_0(entry: dict[str, Any], what: str) -> dict[str, Any]:
    """Convert the form of Keras 0.3: the class is under "name", the arguments beside it."""
    name = entry.get("name")
    if not isinstance(name, str):
        raise BrokenError(f'{what} has no "class_name"')
    config = {key: value for key, value in entry.items() if key not in ("name", "custom_name")}
    own = entry.get("custom_name")
    return {"class_name": name, "config": config, "name": own if isinstance(own, str) else None}


def layers_of(layer: RawLayer) -> Iterator[RawLayer]:
    """The layers within a model. Raises BrokenError."""
    inner = as_list(layer.arguments.get("layers"), f'the "layers" of {layer.title}')
    for index, values in enumerate(inner):
        yield raw_layer(values, f"layers[{index}] of {layer.title}")


def is_sequential(layer: RawLayer) -> bool:
    """Whether the model is a plain list of layers."""
    return bare(layer.class_name) == "sequential"


def is_functional(layer: RawLayer) -> bool:
    """Whether the model is a graph of layers; also a subclass of Model that lists them."""
    config = layer.config
    if not isinstance(config, dict):
        return False
    return layer.class_name in _FUNCTIONAL or all(key in config for key in _GRAPH)


def is_model(layer: RawLayer) -> bool:
    """Whether the layer is a network, and so has layers of its own."""
    return is_sequential(layer) or is_functional(layer)
