"""ResNet-18 for CIFAR-10 in PyTorch's own layers, the layers of `specs/resnet18.json`."""

from __future__ import annotations

from itertools import pairwise

from torch import nn
from torch.nn import functional

__all__ = ["ResNet18"]


def convolution(entering: int, filters: int, size: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(entering, filters, size, stride=stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01),
    )


class Residual(nn.Module):
    """Two convolutions and a shortcut, which halves the picture where needed."""

    def __init__(self, entering: int, filters: int) -> None:
        super().__init__()
        stride = 1 if entering == filters else 2
        self.first = convolution(entering, filters, stride=stride)
        self.second = convolution(filters, filters)
        self.past = nn.Identity() if stride == 1 else convolution(entering, filters, 1, stride)

    def forward(self, x):
        y = self.second(functional.relu(self.first(x), inplace=True))
        return functional.relu(y + self.past(x), inplace=True)


class ResNet18(nn.Sequential):
    """The layers; the softmax is part of the loss."""

    def __init__(self) -> None:
        widths = [64, 64, 64, 128, 128, 256, 256, 512, 512]
        super().__init__(
            convolution(3, 64),
            nn.ReLU(inplace=True),
            *(Residual(*pair) for pair in pairwise(widths)),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(512, 10),
        )
