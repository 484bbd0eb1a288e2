"""How a training ended, and why, in sentences."""

from __future__ import annotations

from shlex import quote
from typing import Any

from kspec.reports.run_page.evidence import Evidence, values
from kspec.reports.run_page.trained import epoch_steps, features, which_layers
from kspec.reports.run_page.words import shown

__all__ = ["how_it_ended"]


def how_it_ended(evidence: Evidence) -> list[str]:
    """Where it stopped, which epoch's weights were kept, and why; and what was trained on what."""
    result = evidence.result
    done = _epochs(result["epochs"] if result else len(evidence.history), _planned(evidence))
    of_one = _of_one_phase(evidence)
    if evidence.status == "running":
        return [f"The run is being written: {done} so far.", *of_one]
    if evidence.status == "incomplete":
        return [
            f"The process ended without a result after {done}. "
            f"`kspec train --resume {quote(str(evidence.run.path))}` goes on with it.",
            *of_one,
        ]
    if not result:
        return [f"How it ended is not known; its history has {done}."]
    return [_stop(evidence, done), *_phases(evidence), *_kept(result), *of_one]


def _planned(evidence: Evidence) -> int | None:
    """The total number of epochs of all phases, if each has a number."""
    said = [phase.get("epochs") for phase in evidence.phases]
    epochs = [each for each in said if isinstance(each, int)]
    return sum(epochs) if len(epochs) == len(said) else None


def _phases(evidence: Evidence) -> list[str]:
    """The results of each phase of a training in phases."""
    phases = evidence.result.get("phases")
    found = []
    for number, phase in enumerate(phases if isinstance(phases, list) else ()):
        planned = evidence.phases[number] if number < len(evidence.phases) else {}
        said = f"Phase {number + 1} {phase.get('status', 'is over')}: "
        said += _epochs(phase.get("epochs"), planned.get("epochs"))
        kept = values(phase.get("kept"))
        if kept:
            said += f"; epoch {phase.get('best_epoch')} was kept for its {kept.get('monitor')}, "
            said += shown(kept.get("value"))
        found.append(f"{said}. {_trained(phase, planned)}".rstrip())
    return found


def _trained(phase: dict[str, Any], planned: dict[str, Any]) -> str:
    """What the phase trained, and on what."""
    count, steps, on = phase.get("trainable_params"), epoch_steps(planned), features(planned)
    said = f"It trained {shown(count)} parameters" if isinstance(count, int) else ""
    layers = which_layers(planned)
    said += f" ({layers})" if said and layers else ""
    said += f" on {on}" if said and on else ""
    said += f", in epochs of {steps:,} steps" if said and steps else ""
    return f"{said}." if said else ""


def _of_one_phase(evidence: Evidence) -> list[str]:
    """Sentences about a training in one phase, where it differs from most."""
    if len(evidence.phases) != 1:
        return []
    (phase,) = evidence.phases
    steps, on, layers = epoch_steps(phase), features(phase), which_layers(phase)
    found = [f"It learned on {on}."] if on else []
    found += [f"Of the layers: {layers}."] if layers else []
    if steps:
        found.append(f"An epoch has {steps:,} steps, and goes on where the last one ended.")
    return found


def _stop(evidence: Evidence, done: str) -> str:
    why = evidence.result["stopped_by"]
    if evidence.status == "stopped early":
        patience = _patience(evidence, why)
        after = f" had not improved for {_epochs(patience)}, its patience" if patience else ""
        return f"Training stopped early after {done}: {why}{after or ' asked for it'}."
    if evidence.status == "interrupted":
        return (
            f"The run was interrupted ({why}) after {done}. "
            f"`kspec train --resume {quote(str(evidence.run.path))}` goes on with it."
        )
    return f"Training ran to its end: {done}."


def _patience(evidence: Evidence, monitor: object) -> int | None:
    begun = evidence.result.get("phases")
    last = len(begun) - 1 if isinstance(begun, list) else 0
    monitors = evidence.phases[last].get("early_stopping") if last < len(evidence.phases) else None
    for each in monitors if isinstance(monitors, list) else ():
        if isinstance(each, dict) and each.get("monitor") == monitor:
            patience = each.get("patience")
            return patience if isinstance(patience, int) else None
    return None


def _kept(result: dict[str, Any]) -> list[str]:
    kept, best = result["kept"], result["best_epoch"]
    if not isinstance(kept, dict):
        return ["No monitor chooses an epoch, so the last one's weights were kept."] if best else []
    monitor = kept.get("monitor")
    if best is None:
        return [f"{monitor} was never a number, so no epoch could be chosen by it."]
    best_way = "largest" if kept.get("mode") == "max" else "smallest"
    why = f" ({kept['why']})" if kept.get("why") else ""
    value = shown(kept.get("value"))
    return [
        f"The weights of epoch {best} were kept: it has the {best_way} {monitor}, {value}{why}."
    ]


def _epochs(count: object, of: object = None) -> str:
    """The number of epochs, and of how many if that is known."""
    if isinstance(of, int):
        return f"{count} of {of} " + ("epoch" if of == 1 else "epochs")
    return f"{count} " + ("epoch" if count == 1 else "epochs")
