"""A spec from a stranger names nothing outside its folder."""

import pytest

import kspec
from kspec.errors import SpecError


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../pets.npz", "a/../../pets.npz", "~/pets.npz", "C:\\pets.npz", ".."]
)
def test_data_outside_the_folder_is_refused(write_spec, path):
    spec = write_spec(data={"source": "npz", "path": path})
    problems = [problem for problem in kspec.check(spec) if problem.level == "error"]
    assert [problem.code for problem in problems] == ["path"]
    assert "--data PATH" in problems[0].message
    with pytest.raises(SpecError, match="outside the folder"):
        kspec.load(spec)


@pytest.mark.parametrize("path", ["pets.npz", "a/pets.npz", "./pets.npz", "a/../pets.npz", "..a"])
def test_data_beside_or_below_the_spec_is_fine(write_spec, path):
    assert kspec.load(write_spec(data={"source": "npz", "path": path})).data.path == path


def test_the_command_line_may_name_any_place(write_spec):
    spec = write_spec(data={"source": "npz", "path": "pets.npz"})
    assert kspec.load(spec, ["data.path=/data/pets.npz"]).data.path == "/data/pets.npz"
