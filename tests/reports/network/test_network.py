"""A network drawn: its boxes, as SVG and for Mermaid."""

from itertools import chain
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tiny_spec import TINY

from kspec.errors import RunError, UsageError
from kspec.reports.network.boxes import boxes_of, size_text
from kspec.reports.network.draw import draw_network
from kspec.reports.network.mermaid import to_mermaid
from kspec.reports.network.write import write_network
from kspec.spec.load import load
from kspec.spec.models import Spec

pytestmark = pytest.mark.language
SPECS = Path(__file__).parents[3] / "specs"
SVG = "{http://www.w3.org/2000/svg}"
CONV = [
    {"type": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same"},
    {"type": "BatchNormalization"},
    {"type": "ReLU"},
]
HEAD = [{"type": "Flatten"}, {"type": "Dense", "units": 2, "activation": "softmax"}]


def spec(*layers, **more):
    return Spec.model_validate({**TINY, "layers": list(layers), **more})


def row(name, params, *shape):
    return {"name": name, "params": params, "output_shape": list(shape)}


def test_a_box_says_what_it_is():
    rows = [row("conv2d", 112, 8, 8, 4), row("flatten", 0, 256), row("dense", 514, 2)]
    entrance, conv, flatten, dense = boxes_of(spec(CONV[0], *HEAD), rows)
    assert (entrance.lines, entrance.shape, entrance.is_input) == (("Input",), "8×8×3", True)
    assert conv.lines == ("Conv2D 4 3×3",)
    assert (conv.shape, conv.params, conv.takes) == ("8×8×4", 112, (0,))
    assert (flatten.params, flatten.gives) == (0, False)
    assert (dense.lines, dense.gives) == (("Dense 2 softmax",), True)


def test_rounds_are_one_box_with_all_of_their_parameters():
    rows = [row("conv2d", 112, 8, 8, 4), row("conv2d_1", 148, 8, 8, 4)]
    rows += [row("batch_normalization", 16, 8, 8, 4), row("batch_normalization_1", 16, 8, 8, 4)]
    rows += [row("re_lu", 0, 8, 8, 4), row("re_lu_1", 0, 9, 9, 4)]
    _, conv, *rest = boxes_of(spec(*CONV, *CONV, *HEAD), rows)
    assert conv.rounds == 2
    assert conv.lines == ("Conv2D 4 3×3", "BatchNormalization", "ReLU")
    assert (conv.params, conv.shape) == (292, "9×9×4")
    assert [box.takes for box in rest] == [(1,), (2,)]
    assert [box.names for box in rest] == [(None,), (None,)]
    # Of these nothing is known.
    assert [(box.shape, box.params) for box in rest] == [(None, None)] * 2


def test_what_is_taken_from_within_is_not_folded_away():
    skip = [{**CONV[0], "name": "skip"}, *CONV[1:], *CONV]
    boxes = boxes_of(spec(*skip, {"type": "Add", "inputs": ["skip", "#-1"]}, *HEAD), [])
    assert [box.rounds for box in boxes] == [1] * len(boxes)
    add = next(box for box in boxes if box.lines == ("Add",))
    assert [boxes[place].names for place in add.takes] == [("skip",), (None, None, None)]


def test_what_leaves_the_shape_as_it_is_stands_in_the_box_above():
    rows = [row("conv2d", 112, 8, 8, 4), row("bn", 16, 8, 8, 4), row("re_lu", 0, 8, 8, 4)]
    named = [CONV[0], {**CONV[1], "name": "bn"}, CONV[2]]
    _, conv, *rest = boxes_of(spec(*named, {"type": "MaxPooling2D"}, *HEAD), rows)
    assert conv.lines == ("Conv2D 4 3×3", "BatchNormalization", "ReLU")
    assert conv.names == (None, "bn", None)
    assert (conv.shape, conv.params) == ("8×8×4", 128)
    assert [box.lines for box in rest] == [("MaxPooling2D",), ("Flatten",), ("Dense 2 softmax",)]


def test_what_the_network_gives_or_another_takes_ends_a_box():
    layers = [*CONV, {"type": "Add", "inputs": ["#-1", "#-2"]}, *HEAD]
    assert [box.lines for box in boxes_of(spec(*layers), [])][1:4] == [
        ("Conv2D 4 3×3", "BatchNormalization"),
        ("ReLU",),
        ("Add",),
    ]
    # An activation on the model's input stands alone.
    assert len(boxes_of(spec({"type": "ReLU"}, *HEAD), [])) == 4


def test_the_blocks_of_a_residual_network_fold_from_their_beginning_to_their_end():
    boxes = boxes_of(load(SPECS / "resnet18.json"), [])
    assert len(boxes) == 26
    assert boxes[2].rounds == 2
    block = ("Conv2D 64 3×3", "BatchNormalization", "ReLU", "Conv2D 64 3×3", "BatchNormalization")
    assert boxes[2].lines == (*block, "Add", "ReLU")


def test_rounds_whose_dropouts_have_other_rates_say_from_where_to_where():
    blocks = [[*CONV, {"type": "Dropout", "rate": rate}] for rate in (0.1, 0.2, 0.3)]
    boxes = boxes_of(spec(*chain(*blocks), *HEAD), [])
    assert (boxes[1].rounds, boxes[1].lines[-1]) == (3, "Dropout 0.1 … 0.3")
    there_and_back = boxes_of(spec(*chain(*blocks[:2], blocks[0]), *HEAD), [])
    assert (there_and_back[1].rounds, there_and_back[1].lines[-1]) == (3, "Dropout 0.1, 0.2")
    same = boxes_of(spec(*blocks[0], *blocks[0], *HEAD), [])
    assert (same[1].rounds, same[1].lines[-1]) == (2, "Dropout 0.1")


def test_all_rounds_of_a_dense_block_fold_and_what_normalizes_them_begins_the_next():
    grow = [CONV[1], CONV[0], {"type": "Concatenate", "inputs": ["#-1", "#-3"]}]
    boxes = boxes_of(spec(CONV[0], *grow * 3, *CONV[1:], *HEAD), [])
    assert [(box.rounds, box.lines[0]) for box in boxes[1:4]] == [
        (1, "Conv2D 4 3×3"),
        (3, "BatchNormalization"),
        (1, "BatchNormalization"),
    ]


def test_shapes_as_text():
    assert size_text([32, None, 3]) == "32×?×3"
    assert size_text([[2, 3], [4]]) == "2×3, 4"


def test_the_drawing_has_a_rectangle_for_each_box_and_a_line_for_each_input():
    boxes = boxes_of(spec(*CONV, {"type": "Add", "inputs": ["#-1", "#-3"]}, *HEAD), [])
    drawing = ElementTree.fromstring(draw_network(boxes, "a <title>"))
    assert len(list(drawing.iter(f"{SVG}rect"))) == len(boxes) == 6
    assert len(list(drawing.iter(f"{SVG}path"))) == 6
    texts = [each.text for each in drawing.iter(f"{SVG}text")]
    assert texts[0] == "a <title>"
    assert "Dense 2 softmax" in texts
    width, height = float(drawing.get("width")), float(drawing.get("height"))
    for each in drawing.iter(f"{SVG}rect"):
        assert 0 < float(each.get("x")) < width - float(each.get("width"))
        assert 0 < float(each.get("y")) < height - float(each.get("height"))


def test_mermaid_gets_text_that_it_does_not_act_upon():
    layers = [{**HEAD[0], "name": 'a" -->b {x}'}, HEAD[1]]
    text = to_mermaid(boxes_of(spec(*layers), []))
    assert text.splitlines()[1:] == [
        "flowchart TD",
        '    b0["Input<br>8×8×3"]',
        '    b1["Flatten<br>a#34; #45;#45;#62;b #123;x#125;"]',
        "    b0 --> b1",
        '    b2["Dense 2 softmax"]',
        "    b1 --> b2",
    ]


@pytest.mark.parametrize("name", ["network.svg", "network.mmd"])
def test_a_drawing_is_written_anew_and_nothing_else_over(tmp_path, name):
    path = tmp_path / name
    write_network(spec(*HEAD), [], path)
    first = path.read_text()
    write_network(spec(CONV[0], *HEAD), [], path)
    assert "Conv2D" in path.read_text() and "Conv2D" not in first
    path.write_text("mine")
    with pytest.raises(RunError, match="not a drawing made by kspec, so it is not overwritten"):
        write_network(spec(*HEAD), [], path)
    assert path.read_text() == "mine"


def test_a_name_says_what_is_drawn(tmp_path):
    with pytest.raises(UsageError, match=r"must end in \.svg, \.png or \.mmd"):
        write_network(spec(*HEAD), [], tmp_path / "network.gif")
