"""How a rival waits for its turn: nobody computes while another is being timed."""

from __future__ import annotations

import json
import resource
import sys
import time


class Gate:
    """One epoch for each line on standard input; its seconds, of the clock and of the
    processor, and the memory of the process at its peak."""

    def wait(self) -> None:
        """Until it is this rival's turn; ends the process when there are no more turns."""
        if not sys.stdin.readline():
            sys.exit(0)
        self._began = time.perf_counter(), time.process_time()

    def done(self, **more: float) -> None:
        clock, processor = self._began
        times = {"clock": time.perf_counter() - clock, "cpu": time.process_time() - processor}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Of KiB, under Linux.
        print(json.dumps(times | {"peak_mb": peak} | more), file=sys.__stdout__, flush=True)
