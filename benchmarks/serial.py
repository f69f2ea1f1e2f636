"""What part of the clock the first process of `flowsim compare` works alone, and when.

    python3 dev.py python -m benchmarks.serial scenarios/drenthe -n 30 --jobs 2 --out DIR

All arguments go to `flowsim compare`. With a folder that has the runs already, what is told is
about tables and charts alone. Give the machine nothing else to do: a process that waits for its
turn looks like one that has no work.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

from benchmarks.watch import Watch

AIM = 0.10


def main(arguments: list[str]) -> int:
    """Compare, and tell what it took."""
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", "flowsim", "compare", *arguments]) as process:
        watch = Watch(process.pid)
        watch.start()
    seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{seconds:.1f} s on the clock, {used.ru_utime + used.ru_stime:.1f} s of CPU")
    met = "met" if watch.alone <= AIM else "NOT met"
    print(f"the first process alone: {watch.alone:.1%} (aim: at most {AIM:.0%}: {met})")
    for since, until in watch.stretches():
        print(f"  from {since:6.1f} to {until:6.1f} s")
    print(f"memory at its highest: {watch.most_of_root / 1e6:.0f} MB in the first process, "
          f"{watch.most / 1e6:.0f} MB in all")  # fmt: skip
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
