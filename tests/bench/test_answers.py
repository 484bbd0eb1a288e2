"""What was found is found again for the same network, and for no other."""

import pytest
from test_report import report

from kspec.bench.answers import answer_for, remember


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KSPEC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def asked(tiny):
    remember(tiny(), report(torch=0.1, jax=0.2))


def test_nothing_is_known_at_first(tiny):
    assert answer_for(tiny()) is None


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"description": "another"},
        {"seed": 5},
        {"training.epochs": 40},
        {"training.optimizer": {"type": "adam", "learning_rate": 0.3}},
        {"data.train_samples": 400},
    ],
    ids=str,
)
def test_it_holds_for_what_makes_no_step_longer(asked, tiny, changes):
    name, why = answer_for(tiny(**changes))
    assert name == "torch" and why.startswith("auto: kspec bench of 20")


@pytest.mark.parametrize(
    "changes",
    [
        {"training.batch_size": 32},
        {"training.optimizer": "sgd"},
        {"input.shape": [9, 9, 3]},
        {"augmentation": [{"type": "RandomFlip"}]},
    ],
    ids=str,
)
def test_and_for_nothing_else(asked, tiny, changes):
    assert answer_for(tiny(**changes)) is None


def test_another_machine_has_its_own(asked, tiny, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "7")
    assert answer_for(tiny()) is None


@pytest.mark.parametrize("content", ["", "[]", '{"fastest": 1}', "null"])
def test_a_broken_file_is_no_answer(asked, tiny, cache, content):
    (path,) = (cache / "bench").iterdir()
    path.write_text(content)
    assert answer_for(tiny()) is None
