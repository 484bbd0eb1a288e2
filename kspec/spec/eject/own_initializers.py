"""The initializers of kspec that Keras lacks, as classes for a script to include.

They do the same as those of `kspec.initializers`, without the checks.
"""

from __future__ import annotations

from kspec.spec.automatic_names import layer_names
from kspec.spec.models import Spec

__all__ = ["OWN_INITIALIZERS", "write_looks"]

_DIRAC = '''
@keras.saving.register_keras_serializable()
class Dirac(keras.initializers.Initializer):
    """The identity in the first filters, another initializer in the rest."""

    def __init__(self, rest_initializer="zeros"):
        self.rest_initializer = keras.initializers.get(rest_initializer)

    def __call__(self, shape, dtype=None):
        kernel = np.array(keras.ops.convert_to_numpy(self.rest_initializer(shape)))
        passed = min(shape[-2:])
        kernel[..., :passed] = 0
        middle = tuple(side // 2 for side in shape[:-2])
        kernel[middle][range(passed), range(passed)] = 1
        return keras.ops.convert_to_tensor(kernel, dtype=dtype)

    def get_config(self):
        return {"rest_initializer": keras.initializers.serialize(self.rest_initializer)}
'''

_PATCH_WHITENING = '''
@keras.saving.register_keras_serializable()
class PatchWhitening(keras.initializers.Initializer):
    """Filters that whiten patches of pictures, once they have been looked at."""

    def __init__(self, epsilon=5e-4, samples=5000):
        self.epsilon = epsilon
        self.samples = samples

    def __call__(self, shape, dtype=None):
        return keras.initializers.GlorotUniform(seed=0)(shape, dtype=dtype)

    def look(self, layer, pictures):
        *window, channels, filters = layer.kernel.shape
        size = window[0] * window[1] * channels
        moments, count = np.zeros((size, size)), 0
        for start in range(0, len(pictures), 500):
            part = pictures[start : start + 500]
            views = np.lib.stride_tricks.sliding_window_view(part, window, (1, 2))
            patches = views.transpose(0, 1, 2, 4, 5, 3).reshape(-1, size)
            patches = patches.astype("float64")
            moments += patches.T @ patches
            count += len(patches)
        values, vectors = np.linalg.eigh(moments / count)
        values, vectors = values[::-1], vectors[:, ::-1]
        vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(0), range(size)])
        whitening = vectors / np.sqrt(values.clip(min=0) + self.epsilon)
        both = np.concatenate([whitening, -whitening], 1)[:, :filters]
        layer.kernel.assign(both.reshape(layer.kernel.shape).astype("float32"))

    def get_config(self):
        return {"epsilon": self.epsilon, "samples": self.samples}
'''

OWN_INITIALIZERS = {
    "Dirac": _DIRAC.strip().splitlines(),
    "PatchWhitening": _PATCH_WHITENING.strip().splitlines(),
}
"""The source of each class as lines."""


def write_looks(spec: Spec) -> list[str]:
    """The lines of `main` that show layers the training pictures before training.

    With augmentation the script scales batch by batch, so `x_train` is not scaled yet.
    """
    text = []
    for name, layer in zip(layer_names(spec.layers), spec.layers, strict=True):
        wanted = layer.arguments.get("kernel_initializer")
        given = wanted if isinstance(wanted, dict) else {"type": wanted}
        if given.get("type") != "PatchWhitening":
            continue
        samples = given.get("samples", 5000)
        pictures = f"x_train[::step][:{samples}]"
        scaled = f"scale({pictures})" if spec.augmentation else pictures
        text += [
            f'first = model.get_layer("{name}")',
            f"step = len(x_train) // {samples} or 1",
            f"first.kernel_initializer.look(first, {scaled})",
        ]
    return text
