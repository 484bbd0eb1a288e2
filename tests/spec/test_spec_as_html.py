"""What specs and their differences show of themselves in a notebook."""

import json
import re
from pathlib import Path

import pytest
from card_text import text_of
from tiny_spec import TINY

import kspec
from kspec.spec.changes import Comparison

SPECS = sorted(Path("specs").glob("*.json"))


def test_a_spec(tiny):
    said = text_of(tiny(description="For <i>tests</i>")._repr_html_())
    assert "Spec tiny For &lt;i&gt;tests&lt;/i&gt; input (8, 8, 3) parameters 174" in said
    assert (
        "conv2d Conv2D filters=4, kernel_size=3, padding=same, use_bias=false (8, 8, 4) 108" in said
    )
    assert "dense Dense units=10, activation=softmax (10,) 50" in said
    assert (
        "training: Adam(learning_rate=0.01); sparse_categorical_crossentropy; batches of 16" in said
    )


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_spec_shows_itself_and_its_parameters(path):
    spec = kspec.load(path)
    html = spec._repr_html_()
    assert len(html) < 100_000
    said = text_of(html)
    count = re.search(r"parameters ([\d,]+|\?)", said).group(1)
    assert count in ("?", f"{spec.expect.total_params:,}")
    for number in range(1, len(spec.phases) + 1) if len(spec.phases) > 1 else ():
        assert f"phase {number}: " in said


def test_a_spec_made_in_python():
    assert "Spec tiny" in text_of(kspec.Spec.model_validate(TINY)._repr_html_())


def test_a_spec_whose_references_lead_nowhere_says_so():
    broken = json.loads(json.dumps(TINY))
    broken["layers"][1]["inputs"] = "nowhere"
    said = text_of(kspec.Spec.model_validate(broken)._repr_html_())
    assert "Spec tiny" in said and "nowhere" in said


def test_a_difference():
    before, after = kspec.load("specs/arch1.json"), kspec.load("specs/arch1_improved.json")
    said = text_of(Comparison(before, after)._repr_html_())
    assert "Difference arch1 → arch1_improved" in said
    assert "3 changes 1 BatchNormalization before ReLU 2 L2(l2=0.0001) 3 more dropout" in said
    assert "parameters 2,394,826 → 2,394,826" in said
    assert text_of(Comparison(before, before)._repr_html_()).strip().endswith("the same experiment")


def test_a_difference_of_recipes(tiny):
    one, other = tiny(), tiny(**{"training.optimizer": {"type": "SGD", "learning_rate": 0.5}})
    said = text_of(Comparison(one, other)._repr_html_())
    assert "Recipe and data before after" in said
    assert "training.optimizer Adam(learning_rate=0.01) SGD(learning_rate=0.5)" in said
