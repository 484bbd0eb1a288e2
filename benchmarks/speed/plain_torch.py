"""The network of a spec in PyTorch's own layers, as an experienced user would write it."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from resnet_torch import ResNet18
from torch import nn

from kspec.spec.models import KerasObject, Spec


def network(spec: Spec) -> nn.Sequential:
    """The layers of `spec`, a sequence or ResNet-18; the softmax is part of the loss."""
    if spec.name == "resnet18":
        return ResNet18()
    shape = spec.input.shape  # (height, width, channels) of the next layer's input.
    made: list[nn.Module] = []
    for layer, after in pairwise((*spec.layers, None)):
        said = layer.arguments
        match layer.type:
            case "Conv2D":
                made.append(nn.Conv2d(shape[-1], said["filters"], said["kernel_size"], padding=1))
                shape = (*shape[:2], said["filters"])
                made += activation(said.get("activation"))
            case "BatchNormalization":
                kind = nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d
                made.append(kind(shape[-1], eps=1e-3, momentum=0.01))
            case "ReLU":
                made.append(nn.ReLU(inplace=True))
            case "LeakyReLU":
                made.append(nn.LeakyReLU(said.get("negative_slope", 0.3), inplace=True))
            case "MaxPooling2D":
                made.append(nn.MaxPool2d(2))
                shape = (shape[0] // 2, shape[1] // 2, shape[2])
            case "Dropout":
                made.append(nn.Dropout(said["rate"]))
            case "Flatten":
                made.append(nn.Flatten())
                shape = (math.prod(shape),)
            case "Dense":
                made.append(nn.Linear(shape[0], said["units"]))
                shape = (said["units"],)
                if after is not None:
                    made += activation(said.get("activation"))
            case other:
                raise SystemExit(f"plain_torch.py does not know {other}")
    return nn.Sequential(*made)


def activation(name: str | None) -> list[nn.Module]:
    return [] if name is None else [{"relu": nn.ReLU}[name](inplace=True)]


def optimizer_of(spec: Spec, model: nn.Module) -> torch.optim.Optimizer:
    """SGD for ResNet-18, at the initial rate of its schedule; Adam for the others."""
    if spec.name == "resnet18":
        return torch.optim.SGD(
            model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4, fused=True
        )
    return torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7, fused=True)


def penalty(model: nn.Sequential, spec: Spec) -> list[tuple[nn.Parameter, float]]:
    """The kernels with an L2 penalty, and its factor."""
    if spec.name == "resnet18":
        return []
    with_kernel = [m for m in model if isinstance(m, (nn.Conv2d, nn.Linear))]
    theirs = [each for each in spec.layers if each.type in ("Conv2D", "Dense")]
    found = []
    for module, layer in zip(with_kernel, theirs, strict=True):
        said = layer.arguments.get("kernel_regularizer")
        if isinstance(said, KerasObject):
            said = {"type": said.type, **said.arguments}
        if said is not None:
            found.append((module.weight, said["l2"]))
    return found
