"""`corredor build` of the `mexico` template, each time in a new workspace.

build WORK    measures it
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .timing import children_mb, measure

CORREDOR = os.environ["PEERS_CORREDOR"]
DATA = Path(os.environ["PEERS_DATA"]) / "mexico"


def main(work):
    work = Path(os.environ["PEERS_ANSWERS"]) / work

    def quietly(*args, **options):
        subprocess.run([CORREDOR, *args], check=True, capture_output=True, **options)

    def run(clock):
        shutil.rmtree(work, ignore_errors=True)
        quietly("init", "--template", "mexico", "--data", DATA, work)
        with clock("work"):
            quietly("build", cwd=work)

    def zones():
        return len((work / "published/current/hotspots.csv").read_text().splitlines()) - 1

    measure(run, zones, peak_mb=children_mb)


if __name__ == "__main__":
    main(*sys.argv[1:])
