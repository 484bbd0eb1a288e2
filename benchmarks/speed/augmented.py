"""A spec's `augmentation` in other libraries: rotation, flip, brightness."""

from __future__ import annotations

from kspec.spec.models import Spec

__all__ = ["image_data_generator", "torchvision_transforms"]


def image_data_generator(spec: Spec):
    """Keras's older `ImageDataGenerator`, which scales after augmenting; it needs SciPy."""
    from keras.src.legacy.preprocessing.image import ImageDataGenerator

    named = {"rescale": 1 / 255}
    for layer in spec.augmentation:
        said = layer.arguments
        match layer.type:
            case "RandomRotation":
                named |= {"rotation_range": 360 * said["factor"], "fill_mode": said["fill_mode"]}
            case "RandomFlip":
                named["horizontal_flip"] = True
            case "RandomBrightnessFactor":
                named["brightness_range"] = said["factor"]
            case other:
                raise SystemExit(f"augmented.py does not know {other}")
    return ImageDataGenerator(**named)


def torchvision_transforms(spec: Spec):
    """The v2 transforms of torchvision for a uint8 picture (channels, height, width)."""
    v2 = _transforms()
    import torch

    steps = []
    for layer in spec.augmentation:
        said = layer.arguments
        match layer.type:
            case "RandomRotation":
                bilinear = v2.InterpolationMode.BILINEAR
                steps.append(v2.RandomRotation(360 * said["factor"], interpolation=bilinear))
            case "RandomFlip":
                steps.append(v2.RandomHorizontalFlip())
            case "RandomBrightnessFactor":
                steps.append(v2.ColorJitter(brightness=tuple(said["factor"])))
            case other:
                raise SystemExit(f"augmented.py does not know {other}")
    return v2.Compose([*steps, v2.ToDtype(torch.float32, scale=True)])


def _transforms():
    """`torchvision.transforms.v2`, even from a torchvision built for another PyTorch.

    Its package refers to two operations that such a build cannot load and that transforms do not
    use, so they are declared beforehand.
    """
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")
    if not hasattr(torch.ops.torchvision, "nms"):
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    from torchvision.transforms import v2

    _declared.append(library)  # The declarations last only as long as this object.
    return v2


_declared: list = []
