import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.data.sources.csv_file import read
from kspec.errors import DataError

FLOWERS = """\
petal,sepal,species
1.4,5.1,setosa
4.7,7.0,versicolor
6.0,6.3,virginica

1.3,4.9,setosa
"""


@pytest.fixture
def write(tmp_path):
    def write(text, name="d.csv", **options):
        path = tmp_path / name
        path.write_text(text, **{"encoding": "utf-8", **options})
        return path

    return write


def test_texts_are_classes_in_sorted_order(write):
    found = read(write(FLOWERS), target="species")
    assert found.class_names == ("setosa", "versicolor", "virginica")
    assert found.train.y.tolist() == [0, 1, 2, 0] and found.train.y.dtype == np.int32
    expected = np.array([[1.4, 5.1], [4.7, 7.0], [6.0, 6.3], [1.3, 4.9]], dtype=np.float32)
    assert np.array_equal(found.train.x, expected) and found.train.x.dtype == np.float32
    assert (found.validation, found.test) == (None, None)


def test_whole_numbers_are_classes_in_their_order(write):
    found = read(write("a,y\n1,10\n2,9\n3,-1\n4,10.0\n"), target="y")
    assert found.class_names == ("-1", "9", "10")
    assert found.train.y.tolist() == [2, 1, 0, 2]


def test_numbers_to_be_predicted(write):
    found = read(write("y,a\n0.5,1\n-2,1e3\n"), target="y", labels="numbers")
    assert found.train.y.tolist() == [[0.5], [-2]] and found.train.y.dtype == np.float32
    assert found.class_names == ()


def test_columns_are_chosen_and_ordered(write):
    path = write("a,name,b,y\n1,x,2,0\n3,y,4,1\n")
    assert read(path, target="y", columns=("b", "a")).train.x.tolist() == [[2, 1], [4, 3]]


def test_a_test_file_is_read_by_the_names_of_its_columns(write):
    path = write(FLOWERS)
    test = write("species,sepal,petal\nvirginica,1,2\n", name="test.csv")
    found = read(path, target="species", test_path=test)
    assert found.test.x.tolist() == [[2, 1]] and found.test.y.tolist() == [2]
    assert len(found.train) == 4


def test_quotes_a_byte_order_mark_and_other_line_ends(write):
    path = write('"a, b",y\r\n" 1 ","x\ny"\r\n2,z\r\n', encoding="utf-8-sig", newline="")
    found = read(path, target="y")
    assert found.train.x.tolist() == [[1], [2]] and found.class_names == ("x\ny", "z")


def test_spaces_around_quotes_and_names_are_not_part_of_them(write):
    found = read(write('a , y\n1, "x, y"\n2 , z\n'), target="y")
    assert found.train.x.tolist() == [[1], [2]] and found.class_names == ("x, y", "z")


def test_a_number_has_no_underscore(write):
    assert read(write("a,y\n1,2_1\n2,21\n"), target="y").class_names == ("21", "2_1")


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("", {}, "d.csv needs a first line with the column names, and rows below it"),
        ("a,y\n", {}, "needs a first line"),
        ("a,y\n1,0\n2\n", {}, "d.csv:3: this line has 1 values, but there are 2 columns"),
        ("a,y\n1,0\n,1\n", {}, 'd.csv:3: "a" is missing; every row must have a value'),
        ("a,y\n1,0\nNaN,1\n", {}, 'd.csv:3: "a" is missing ("NaN")'),
        ("a,y\n1,\n", {}, 'd.csv:2: "y" is missing'),
        ("a,y\nred,0\n", {}, 'd.csv:2: "a" is "red", which is not a number; leave the column out'),
        ("a,y\n1_0,0\n", {}, 'd.csv:2: "a" is "1_0", which is not a number'),
        ("a,y\n1e39,0\n", {}, 'd.csv:2: "a" is 1e39, which is too large'),
        ("a,y\ninf,0\n", {}, "too large"),
        ("a,y\n1,0\n2,0.5\n", {}, 'd.csv:3: "y" is 0.5; classes are texts or whole numbers'),
        ("a,b\n1,0\n", {}, 'has no column "y"; it has a, b'),
        ("a;y\n1;0\n", {}, "it has a;y; values must be separated by commas"),
        ("a,y\n1,0\n", {"columns": ["b"]}, 'has no column "b"'),
        ("a,y\n1,0\n", {"columns": ["a", "y"]}, 'data.columns has "y", which is the target'),
        ("y\n1\n", {}, 'has no column but the target "y"'),
        (",a,y\n0,1,0\n", {}, "a column has no name"),
        ("a,a,y\n1,1,0\n", {}, 'd.csv:1: two columns are called "a"'),
        ('a,y\n1,"0\n', {}, "d.csv:2: unexpected end of data"),
        ("a,y\n1,x\n", {"labels": "numbers"}, '"y" is "x", which is not a number'),
    ],
)
def test_what_is_wrong_is_named_with_its_line(write, text, options, says):
    with pytest.raises(DataError) as caught:
        read(write(text), target="y", **options)
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_a_test_class_that_nobody_has_learned(write):
    test = write("a,y\n1,b\n2,c\n", name="test.csv")
    said = r'test\.csv:3: "y" is "c", a class that no training sample has'
    with pytest.raises(DataError, match=said):
        read(write("a,y\n1,a\n2,b\n"), target="y", test_path=test)
    numbers = write("a,y\n1,1\n", name="test.csv")
    found = read(write("a,y\n1,1\n2,b\n"), target="y", test_path=numbers)
    assert found.test.y.tolist() == [0]


def test_what_is_no_such_file(tmp_path):
    with pytest.raises(DataError, match="there is no such file"):
        read(tmp_path / "d.csv", target="y")
    with pytest.raises(DataError, match="is a folder"):
        read(tmp_path, target="y")
    (tmp_path / "d.csv").write_bytes(b"a,y\n\xff\xfe,0\n")
    with pytest.raises(DataError, match="not UTF-8 text"):
        read(tmp_path / "d.csv", target="y")


numbers = st.floats(-1e30, 1e30)


@given(st.lists(st.tuples(numbers, numbers, st.text(min_size=1)), min_size=1, max_size=20))
def test_what_is_written_is_read(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "d.csv"
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        csv.writer(file).writerows([("a", "b", "y"), *((a, b, f"<{y}>") for a, b, y in rows)])
    try:
        found = read(path, target="y")
    except DataError as error:  # Text that UTF-8 cannot hold, or a null in it.
        assert "d.csv" in str(error) and "\n" not in str(error)
        return
    assert np.array_equal(found.train.x, np.array([row[:2] for row in rows], dtype=np.float32))
    named = [found.class_names[label] for label in found.train.y]
    assert named == [f"<{y}>" for *_, y in rows]
