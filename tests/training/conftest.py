"""Fixtures for trainings."""

import pytest


@pytest.fixture
def every_step(monkeypatch):
    """Let the reporter hear of every step, and not only of ten a second."""
    monkeypatch.setattr("kspec.training.progress.StepReports.INTERVAL", 0.0)
