"""The statistics of a comparison, against SciPy and what has been published."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from kspec.runs.compare.bootstrap import resampled_means
from kspec.runs.compare.evidence import weigh, weigh_all
from kspec.runs.compare.holm import corrected
from kspec.runs.compare.mcnemar import exact_p
from kspec.runs.compare.scores import Scores
from kspec.runs.compare.spread import Spread, spread
from kspec.runs.compare.student import quantile, within

pytestmark = pytest.mark.language


@given(st.floats(0, 200), st.integers(1, 300))
def test_student_is_that_of_scipy(t, degrees):
    # (SciPy's own distribution function is off by 3e-11 at one degree near 0.)
    wanted = special.betainc(0.5, degrees / 2, t * t / (degrees + t * t))
    assert within(t, degrees) == pytest.approx(wanted, abs=1e-12)


@given(st.floats(0.51, 0.9995), st.integers(1, 300))
def test_its_quantiles_are_those_of_scipy(share, degrees):
    assert quantile(share, degrees) == pytest.approx(stats.t.ppf(share, degrees), rel=1e-9)


def test_the_interval_of_the_heat_flow_meter():
    """NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.2: 195 values, given by their mean and
    standard deviation, from 9.258242 to 9.264679."""
    values = np.random.default_rng(0).normal(size=195)
    values = 9.261460 + 0.022789 * (values - values.mean()) / values.std(ddof=1)
    found = spread(values.tolist())
    assert (found.low, found.high) == pytest.approx((9.258242, 9.264679), abs=2e-6)


def test_the_interval_of_the_extra_sleep():
    """Student's own example (1908, data of Cushny and Peebles): 1.58 hours, 0.70 to 2.46."""
    found = spread([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])
    assert found.count == 10
    assert found.mean == pytest.approx(1.58)
    assert found.deviation == pytest.approx(1.2299, abs=1e-4)
    assert (found.low, found.high) == pytest.approx((0.7001, 2.4599), abs=1e-4)


def test_one_value_has_no_interval_and_nan_none_either():
    assert spread([0.5]) == Spread(1, 0.5)
    found = spread([0.5, float("nan")])
    assert np.isnan(found.mean) and found.low is None


def test_mcnemar_of_the_airway_before_and_after():
    """Fagerland, Lydersen and Laake (2013), of Bentur et al. (2009): 1 against 7, p = 0.070."""
    assert exact_p(1, 7) == pytest.approx(0.0703125)
    assert exact_p(7, 1) == pytest.approx(0.0703125)


@given(st.integers(0, 400), st.integers(0, 400))
def test_mcnemar_is_the_binomial_test(first, second):
    expected = stats.binomtest(first, first + second).pvalue if first + second else 1.0
    assert exact_p(first, second) == pytest.approx(expected, rel=1e-9)


def test_mcnemar_of_many_samples_is_neither_slow_nor_too_large():
    assert exact_p(30_000, 30_000) == 1.0
    assert exact_p(5_000, 5_500) == pytest.approx(stats.binomtest(5_000, 10_500).pvalue, rel=1e-9)


def test_holm():
    """The example of R's and statsmodels' documentation of the method, by hand: 4, 3, 2 and 1
    times the ordered values, and never smaller than the one before."""
    assert corrected([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert corrected([0.9, 0.6]) == [1.0, 1.0]
    assert corrected([]) == []


# How much the networks that are simulated below agree on which samples are hard.
HARDNESS, OWN = 2.0, 0.5


def simulated(random, hard, *, runs, level=2.0, seeds=0.1):
    """Right and wrong of a spec's runs: what is hard for all, what is for this spec, and chance.

    `seeds` is how far the runs of one spec are apart in truth.
    """
    own = random.normal(0, OWN, len(hard)) if runs > 1 else 0.0
    per_run = random.normal(0, seeds, (runs, 1)) if runs > 1 else 0.0
    right = level + per_run + own + hard + random.logistic(size=(runs, len(hard))) > 0
    return Scores(right.astype("float32"), np.zeros(len(hard), "int32"))


def tables(count, *, groups, runs, samples=200, better=0.0, seeds=0.1):
    """How many of so many tables of a baseline and other groups hold any claim."""
    random = np.random.default_rng(20261125)
    found = 0
    for _ in range(count):
        hard = random.normal(0, HARDNESS, samples)
        first = simulated(random, hard, runs=runs[0], seeds=seeds)
        others = [
            simulated(random, hard, runs=runs[1], seeds=seeds, level=2.0 + better)
            for _ in range(groups - 1)
        ]
        found += any(one.claim for one in weigh_all([(first, other) for other in others]))
    return found


def most(count):
    """As many false claims as chance gives once in a thousand times if the rate is 5 %."""
    return int(stats.binom.ppf(0.999, count, 0.05))


def test_of_a_thousand_pairs_of_equal_networks_at_most_one_in_twenty_is_told_apart():
    found = tables(1000, groups=2, runs=(1, 1), samples=400)
    # (And the test is no other's that never claims anything.)
    assert 10 <= found <= most(1000)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [0.0, 0.02, 0.1, 0.5])
@pytest.mark.parametrize("runs", [(5, 5), (3, 3), (2, 2), (2, 5), (5, 1), (1, 3)])
def test_of_a_thousand_pairs_of_equal_specs_at_most_one_in_twenty_is_told_apart(runs, seeds):
    assert tables(1000, groups=2, runs=runs, seeds=seeds) <= most(1000)


@pytest.mark.parametrize(
    "groups, runs, seeds", [(2, (5, 5), 0.3), (2, (3, 1), 0.3), (5, (1, 1), 0.0), (4, (3, 3), 0.1)]
)
def test_of_a_hundred_tables_without_a_difference_few_hold_a_claim(groups, runs, seeds):
    assert tables(100, groups=groups, runs=runs, seeds=seeds) <= most(100)


@pytest.mark.parametrize("runs, samples, better", [((1, 1), 2000, 0.5), ((5, 5), 2000, 0.7)])
def test_a_true_difference_is_mostly_shown(runs, samples, better):
    assert tables(50, groups=2, runs=runs, samples=samples, better=better, seeds=0.1) >= 40


def test_what_the_evidence_says():
    """100 of 1,000 samples only the second got right, 50 only the first."""
    right = np.ones((2, 1000), "float32")
    right[0, :100] = right[1, 100:150] = 0
    labels = np.zeros(1000, "int32")
    first, second = (Scores(row[None], labels) for row in right)
    found = weigh(first, second)
    assert found.difference == pytest.approx(0.05)
    assert found.method == "mcnemar" and found.paired and found.better
    assert found.p == pytest.approx(stats.binomtest(50, 150).pvalue)
    # The bootstrap's interval is that of the mean of +1, 0 and -1.
    error = np.std(right[1] - right[0]) / np.sqrt(1000)
    assert (found.low, found.high) == pytest.approx(
        (0.05 - 1.96 * error, 0.05 + 1.96 * error), 0.05
    )
    turned = weigh(second, first)
    assert turned.difference == pytest.approx(-0.05) and not turned.better
    assert weigh(first, first).p == 1.0


def test_the_bootstrap_over_samples_is_that_of_scipy():
    """Numbers, of which each sample has another error; less is better."""
    random = np.random.default_rng(1)
    errors = random.gamma(2, size=(2, 800)) * [[1.0], [0.9]]
    first, second = (Scores(row[None], np.arange(800.0), "mean squared error") for row in errors)
    found = weigh(first, second)
    theirs = stats.bootstrap(
        (errors[1] - errors[0],), np.mean, method="percentile", n_resamples=9999, rng=2
    ).confidence_interval
    assert found.method == "bootstrap"
    assert found.better == (found.difference < 0)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.01)


@pytest.mark.parametrize("scale", [1.0, 1e9])
def test_shares_and_numbers_of_any_size_are_resampled_alike(scale):
    """The distribution that is computed is the one that is drawn."""
    random = np.random.default_rng(3)
    values = random.binomial(5, 0.3, 300) / 5 - random.binomial(5, 0.4, 300) / 5
    computed = resampled_means(values * scale, 40_000, np.random.default_rng(4), steps=5)
    drawn = values[random.integers(0, 300, (40_000, 300))].mean(axis=1) * scale
    assert computed.mean() == pytest.approx(drawn.mean(), abs=0.001 * scale)
    assert computed.std() == pytest.approx(drawn.std(), rel=0.02)
    places = [0.005, 0.025, 0.5, 0.975, 0.995]
    found, expected = (np.quantile(each, places) for each in (computed, drawn))
    assert found == pytest.approx(expected, abs=0.003 * scale)


def test_seeds_that_are_far_apart_show_less_than_seeds_that_agree():
    labels = np.zeros(1000, "int32")

    def group(*accuracies):
        rows = [np.arange(1000) < 1000 * accuracy for accuracy in accuracies]
        return Scores(np.stack(rows).astype("float32"), labels)

    first = group(0.80, 0.80, 0.81, 0.79, 0.80)
    near = weigh(first, group(0.84, 0.84, 0.85, 0.83, 0.84))
    far = weigh(first, group(0.84, 0.76, 0.95, 0.75, 0.90))
    assert near.difference == pytest.approx(far.difference) == pytest.approx(0.04)
    assert near.claim and not far.claim
    # Five against one: the one is taken to be as far from its mean as the five are from theirs.
    alone = weigh(first, group(0.84))
    assert near.high - near.low < alone.high - alone.low


def test_other_samples_are_not_paired():
    random = np.random.default_rng(0)
    first = Scores((random.random((1, 500)) < 0.8).astype("float32"), np.zeros(500, "int32"))
    second = Scores((random.random((1, 300)) < 0.8).astype("float32"), np.ones(300, "int32"))
    found = weigh(first, second)
    assert not found.paired and found.method == "bootstrap"
    expected = np.sqrt(first.values.var() / 500 + second.values.var() / 300)
    assert found.high - found.low == pytest.approx(2 * 1.96 * expected, rel=0.05)


def test_comparing_loads_neither_scipy_nor_a_framework():
    code = "import kspec; kspec.compare; import kspec.runs.compare.comparison, kspec.cli.compare\n"
    code += "import kspec.cli.comparison.terminal, json, sys; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"scipy", "keras", "jax", "torch", "tensorflow", "matplotlib"} & set(
        json.loads(done.stdout)
    )
