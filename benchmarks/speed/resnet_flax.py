"""ResNet-18 for CIFAR-10 in Flax NNX, the layers of `specs/resnet18.json`."""

from __future__ import annotations

from itertools import pairwise

from flax import nnx

__all__ = ["ResNet18"]


class Convolution(nnx.Module):
    def __init__(
        self, entering: int, filters: int, rngs: nnx.Rngs, size: int = 3, stride: int = 1
    ) -> None:
        self.kernel = nnx.Conv(
            entering, filters, (size, size), strides=stride, use_bias=False, rngs=rngs
        )
        self.normal = nnx.BatchNorm(filters, momentum=0.99, epsilon=1e-3, rngs=rngs)

    def __call__(self, x):
        return self.normal(self.kernel(x))


class Residual(nnx.Module):
    """Two convolutions and a shortcut, which halves the picture where needed."""

    def __init__(self, entering: int, filters: int, rngs: nnx.Rngs) -> None:
        stride = 1 if entering == filters else 2
        self.first = Convolution(entering, filters, rngs, stride=stride)
        self.second = Convolution(filters, filters, rngs)
        self.past = Convolution(entering, filters, rngs, 1, stride) if stride == 2 else None

    def __call__(self, x):
        y = self.second(nnx.relu(self.first(x)))
        return nnx.relu(y + (x if self.past is None else self.past(x)))


class ResNet18(nnx.Module):
    """The layers; the softmax is part of the loss."""

    def __init__(self) -> None:
        rngs = nnx.Rngs(0)
        widths = [64, 64, 64, 128, 128, 256, 256, 512, 512]
        self.stem = Convolution(3, 64, rngs)
        self.residuals = nnx.List([Residual(*pair, rngs) for pair in pairwise(widths)])
        self.head = nnx.Linear(512, 10, rngs=rngs)

    def __call__(self, x):
        x = nnx.relu(self.stem(x))
        for residual in self.residuals:
            x = residual(x)
        return self.head(x.mean((1, 2)))

    def penalty(self):
        return 0.0
