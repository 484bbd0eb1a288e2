"""A backbone that is a run, which no script can make."""

import json

import pytest
from tiny_spec import TINY

import kspec
from kspec.errors import SpecError
from kspec.spec.eject import eject
from kspec.spec.eject.files import look

HEAD = {"type": "Dense", "units": 10, "activation": "softmax"}
RUN = {"type": "Backbone", "application": "runs/seen", "until": "features"}
WEIGHTS = {"type": "Backbone", "application": "MobileNetV2", "weights": "runs/seen"}


@pytest.mark.parametrize("backbone", [RUN, WEIGHTS])
def test_it_is_refused_where_it_is_named(tmp_path, backbone):
    path = tmp_path / "s.json"
    rest = {key: value for key, value in TINY.items() if key != "layers"}
    text = json.dumps(rest)[:-1] + ',\n"layers": [\n' + json.dumps(backbone)
    path.write_text(text + ",\n" + json.dumps({"type": "Flatten"}) + "," + json.dumps(HEAD) + "]}")
    spec = kspec.load(path)
    with pytest.raises(
        SpecError, match='from the run "runs/seen"; name a file of weights'
    ) as caught:
        eject(spec, files=look(spec, root=tmp_path, script=tmp_path))
    (problem,) = caught.value.problems
    column = json.dumps(backbone).index('"runs/seen"') + 1
    assert (problem.place.line, problem.place.column) == (3, column)
