"""Where the boxes stand."""

import pytest

from kspec.reports.network.layout import lay_out

pytestmark = pytest.mark.language


def test_a_chain_is_a_column():
    layout = lay_out([(), (0,), (1,)])
    assert layout.rows == (0, 1, 2)
    assert layout.lanes == (0, 0, 0)
    assert (layout.passes, layout.count) == ({}, 1)


def test_a_skip_passes_beside():
    layout = lay_out([(), (0,), (1,), (2, 0)])
    assert layout.lanes == (0, 0, 0, 0)
    assert layout.passes == {(0, 3): 1}
    assert layout.boxed == {0}


def test_branches_stand_side_by_side():
    layout = lay_out([(), (0,), (1,), (0,), (0,), (2, 3, 4)])
    assert layout.rows == (0, 1, 2, 1, 1, 3)
    assert [layout.lanes[box] for box in (1, 3, 4)] == [0, 1, 2]
    assert layout.lanes[5] == 0


@pytest.mark.parametrize("seed", range(20))
def test_nothing_ever_stands_on_anything_else(seed):
    import random

    draw = random.Random(seed)
    takes = [()] + [
        tuple(draw.sample(range(box), min(box, draw.randint(1, 3)))) for box in range(1, 40)
    ]
    layout = lay_out(takes)
    cells = list(zip(layout.lanes, layout.rows, strict=True))
    for (source, target), lane in layout.passes.items():
        between = range(layout.rows[source] + 1, layout.rows[target])
        cells += [(lane, row) for row in between]
    assert len(set(cells)) == len(cells)
    for box, sources in enumerate(takes):
        assert all(layout.rows[source] < layout.rows[box] for source in sources)
