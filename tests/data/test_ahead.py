"""What comes next is made while its turn has not come, and nothing else changes."""

import threading

import pytest

from kspec.data.ahead import Ahead


def test_what_follows_is_made_before_it_is_asked_for():
    made, second = [], threading.Event()

    def make(key):
        made.append((key, threading.current_thread()))
        if key == 2:
            second.set()
        return key * 10

    ahead = Ahead(make)
    assert ahead.get(1, [2, 3]) == 10
    assert second.wait(10)
    assert ahead.get(2, [3]) == 20
    assert ahead.get(3, []) == 30
    assert [key for key, _ in made] == [1, 2, 3]
    threads = {thread for _, thread in made}
    assert len(threads) == 1 and threading.current_thread() not in threads


def test_what_was_not_announced_is_made_all_the_same():
    ahead = Ahead(str)
    assert [ahead.get(key, [key + 1]) for key in (1, 5, 2, 2)] == ["1", "5", "2", "2"]


def test_an_error_is_for_whoever_asks():
    def make(key):
        if key == 2:
            raise ValueError("two")
        return key

    ahead = Ahead(make)
    assert ahead.get(1, [2, 3]) == 1
    with pytest.raises(ValueError, match="two"):
        ahead.get(2, [3])
    assert ahead.get(3, []) == 3
