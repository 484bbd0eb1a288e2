"""What a Keras class refuses in its arguments, though each is of the right kind."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.catalog import rules
from kspec.spec.catalog.factors import FACTORS
from kspec.spec.catalog.rules import Misfit, Values

__all__ = ["misfits"]


def misfits(kind: str, name: str, values: Values) -> Iterator[Misfit]:
    """What the constructor of a Keras class refuses in `values`, its arguments.

    `values` are valid one by one, and are as written in a spec. Reports nothing for classes and
    values that are not known here.
    """
    for rule in _RULES.get((kind, name), ()):
        yield from rule(values)
    if kind == "layers":
        yield from rules.whitening(name, values)


_STRIDED = (
    *(f"Conv{rank}D{end}" for rank in (1, 2, 3) for end in ("", "Transpose")),
    *(f"ConvLSTM{rank}D" for rank in (1, 2, 3)),
)
_CLIPPED = (
    *("Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "ConvMuon", "Ftrl", "Lamb"),
    *("Lion", "Muon", "Nadam", "RMSprop", "ScheduleFreeAdamW", "SGD"),
)

_LOOKUPS = ("IntegerLookup", "StringLookup", "TextVectorization")
_OF_STEPS = (
    *("CosineDecay", "CosineDecayRestarts", "ExponentialDecay", "InverseTimeDecay"),
    "PolynomialDecay",
)

_RULES: dict[tuple[str, str], tuple[rules.Rule, ...]] = {
    ("initializers", "Dirac"): (rules.rest_initializer,),
    ("initializers", "VarianceScaling"): (rules.above_zero("scale"),),
    ("layers", "BatchNormalization"): (
        rules.renorm_clipping,
        rules.on_tensorflow_alone("synchronized"),
    ),
    ("layers", "Discretization"): (rules.one_of("bin_boundaries", "num_bins"),),
    ("layers", "Dropout"): (rules.noise_shape,),
    ("layers", "Embedding"): (rules.no_weights,),
    ("layers", "ReversibleEmbedding"): (rules.no_weights,),
    ("layers", "GroupNormalization"): (rules.normalization_groups,),
    ("layers", "GroupQueryAttention"): (rules.heads,),
    ("layers", "HashedCrossing"): (rules.on_tensorflow_alone("sparse"),),
    ("layers", "Normalization"): (rules.needs("mean", "variance"), rules.needs("variance", "mean")),
    ("layers", "Permute"): (rules.permutation,),
    ("layers", "Reshape"): (rules.one_open_size("target_shape"),),
    ("losses", "CategoricalGeneralizedCrossEntropy"): (rules.between_zero_and_one("q"),),
    ("metrics", "AUC"): (rules.needs("num_labels", "multi_label"), rules.thresholds),
    ("metrics", "F1Score"): (rules.above_zero("threshold"),),
    ("metrics", "FBetaScore"): (rules.above_zero("beta", "threshold"),),
    ("ops", "reshape"): (rules.one_open_size("newshape"),),
    ("schedules", "PiecewiseConstantDecay"): (rules.constant_pieces,),
    ("schedules", "PiecewiseLinear"): (rules.linear_pieces,),
    **{("layers", name): of_layer for name, of_layer in FACTORS.items()},
    ("layers", "RandomGaussianBlur"): (*FACTORS["RandomGaussianBlur"], rules.odd_kernel),
    **{
        ("layers", name): (
            rules.vocabulary,
            rules.on_tensorflow_alone("sparse", "ragged"),
            rules.needs("pad_to_max_tokens", "max_tokens"),
        )
        for name in _LOOKUPS
    },
    **{("metrics", name): (rules.known_classes,) for name in ("BinaryIoU", "IoU", "OneHotIoU")},
    **{
        ("schedules", name): (
            rules.above_zero("decay_steps", "first_decay_steps"),
            *((rules.needs("warmup_steps", "warmup_target"),) if name == "CosineDecay" else ()),
        )
        for name in _OF_STEPS
    },
    **{
        ("layers", name): (
            rules.strides_and_dilation,
            *((rules.groups,) if name in ("Conv1D", "Conv2D", "Conv3D") else ()),
            *((rules.output_padding,) if name.endswith("Transpose") else ()),
        )
        for name in _STRIDED
    },
    **{
        ("optimizers", name): (
            rules.one_of("clipnorm", "clipvalue", "global_clipnorm"),
            rules.accumulation,
            *((rules.above_zero("beta_1"),) if name == "Lion" else ()),
            *((rules.expressions("exclude_layers"),) if name.endswith("Muon") else ()),
        )
        for name in _CLIPPED
    },
}
