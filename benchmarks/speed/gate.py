"""How a rival waits for its turn, so that nobody computes while another is timed."""

from __future__ import annotations

import json
import resource
import sys
import time


class Gate:
    """One epoch for each line on standard input; prints its wall and CPU seconds, and the peak
    memory of the process."""

    def wait(self) -> None:
        """Wait for this rival's turn; end the process if there are no more turns."""
        if not sys.stdin.readline():
            sys.exit(0)
        self._began = time.perf_counter(), time.process_time()

    def done(self, **more: float) -> None:
        clock, processor = self._began
        times = {"clock": time.perf_counter() - clock, "cpu": time.process_time() - processor}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # From KiB, on Linux.
        print(json.dumps(times | {"peak_mb": peak} | more), file=sys.__stdout__, flush=True)
