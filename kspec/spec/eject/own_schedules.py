"""The schedules of kspec that Keras lacks, as classes for a script to include.

They do the same as those of `kspec.schedules`, without the checks.
"""

from __future__ import annotations

__all__ = ["OWN_SCHEDULES"]

_PIECEWISE_LINEAR = '''
@keras.saving.register_keras_serializable()
class PiecewiseLinear(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that goes in straight lines from value to value."""

    def __init__(self, boundaries, values, name="PiecewiseLinear"):
        super().__init__()
        self.boundaries = list(boundaries)
        self.values = list(values)
        self.name = name

    def __call__(self, step):
        step = keras.ops.cast(step, "float32")
        rate = keras.ops.full_like(step, self.values[0])
        points = zip(self.boundaries, self.values, strict=True)
        for (begins, first), (ends, last) in pairwise(points):
            if ends > begins:
                share = keras.ops.clip((step - begins) / (ends - begins), 0.0, 1.0)
                line = first * (1 - share) + last * share
                rate = keras.ops.where(step >= begins, line, rate)
            else:
                rate = keras.ops.where(step >= ends, float(last), rate)
        return rate

    def get_config(self):
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}
'''

OWN_SCHEDULES = {"PiecewiseLinear": _PIECEWISE_LINEAR.strip().splitlines()}
"""The source of each class as lines."""
