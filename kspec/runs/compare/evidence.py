"""What two groups of runs say about whether one is better than the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kspec.runs.compare.bootstrap import resampled_means
from kspec.runs.compare.holm import corrected
from kspec.runs.compare.mcnemar import exact_p
from kspec.runs.compare.scores import ACCURACY, Scores
from kspec.seeds import generator

__all__ = ["DRAWS", "LEVEL", "Evidence", "weigh", "weigh_all"]

LEVEL = 0.05
"""How often a table without any true difference may contain a claim."""

DRAWS = 10_000
MCNEMAR = "mcnemar"
BOOTSTRAP = "bootstrap"


@dataclass(frozen=True)
class Evidence:
    """The second group's mean score minus the first's, and how certain the difference is.

    `low` to `high` is the 95 % interval of this difference alone. `p` is the probability of one at
    least as large if there is none; `p_corrected` is corrected for all differences in the table.
    `method` is "mcnemar" for the accuracy of single runs on the same samples, else "bootstrap";
    `paired` says whether both were measured on the same samples; `better`, whether the second one
    is better, if there is a difference.
    """

    metric: str
    difference: float
    low: float
    high: float
    p: float
    p_corrected: float
    method: str
    paired: bool
    better: bool

    @property
    def claim(self) -> bool:
        """Whether a difference is shown."""
        return self.p_corrected <= LEVEL


def weigh_all(pairs: Sequence[tuple[Scores, Scores]]) -> list[Evidence]:
    """The evidence for each pair, with the p-values corrected for the number of pairs.

    If none of the pairs truly differs, at most one table in twenty contains a claim (`LEVEL`).
    """
    found = [weigh(first, second) for first, second in pairs]
    ps = corrected([one.p for one in found])
    return [replace(one, p_corrected=p) for one, p in zip(found, ps, strict=True)]


def weigh(first: Scores, second: Scores) -> Evidence:
    """The evidence for a difference in one metric between two groups of one or more runs.

    Everything random is redrawn `DRAWS` times: the samples of the test set (with replacement, the
    same ones for both groups: the paired bootstrap of Efron and Tibshirani, 1993, of the mean over
    the seeds), and the effect of the seeds: for each group a draw from Student's t distribution
    with its standard error between runs, as in the Behrens-Fisher problem. A group of one run has
    no such error; its spread is taken to be that of the other group, and if both are single runs
    there is none. The evidence is then about these networks, not about their specs, and the p-value
    is that of McNemar's test if the scores are right or wrong.
    """
    random = generator(0, "compare")
    paired = first.pairs_with(second)
    means = [scores.values.mean(axis=0, dtype=np.float64) for scores in (first, second)]
    difference = float(means[1].mean() - means[0].mean())
    counts = [len(scores.values) for scores in (first, second)]
    if paired:
        steps = math.lcm(*counts)
        drawn = resampled_means(means[1] - means[0], DRAWS, random, steps=steps)
    else:
        one, other = (
            resampled_means(values, DRAWS, random, steps=count)
            for values, count in zip(means, counts, strict=True)
        )
        drawn = other - one
    drawn = drawn + _noise_of_seeds(first, second, random)
    low, high = np.quantile(drawn, [0.025, 0.975])
    single = counts == [1, 1]
    if single and paired and first.metric == ACCURACY:
        right = first.values[0] > second.values[0], first.values[0] < second.values[0]
        method, p = MCNEMAR, exact_p(*(int(only.sum()) for only in right))
    else:
        beyond = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
        method, p = BOOTSTRAP, min(1.0, 2 * (beyond + 1) / (DRAWS + 1))
    return Evidence(
        metric=first.metric,
        difference=difference,
        low=float(low),
        high=float(high),
        p=p,
        p_corrected=p,
        method=method,
        paired=paired,
        better=(difference > 0) == first.more_is_better,
    )


def _noise_of_seeds(
    first: Scores, second: Scores, random: np.random.Generator
) -> np.ndarray | float:
    """How far other seeds could have moved the difference, `DRAWS` times."""
    means = [scores.values.mean(axis=1, dtype=np.float64) for scores in (first, second)]
    many = [values for values in means if len(values) > 1]
    noise: np.ndarray | float = 0.0
    for values in many:
        error = values.std(ddof=1) / math.sqrt(len(values))
        if len(many) == 1:  # The single run is as far from its mean as one of these.
            error *= math.sqrt(len(values) + 1)
        noise = noise + error * random.standard_t(len(values) - 1, DRAWS)
    return noise
