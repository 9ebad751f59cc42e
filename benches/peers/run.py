"""Runs ours and theirs on the same data, each measurement in a process of its own, and writes the page.

run.py [TASK...] [--quick]; all tasks where none is named. Uses nothing but the standard library and stays
small, since a child's peak memory is never less than its parent's size.
"""

import argparse
import datetime
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from . import report
from .plan import TASKS, Measure

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "corredor-bench"
PYTHON = CACHE / "venv" / "bin" / "python"
# A measurement that takes longer is stopped, and said to be.
LIMIT_S = 3600


def main():
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("tasks", nargs="*", help=" ".join(TASKS))
    parser.add_argument("--quick", action="store_true", help="small data, to try things out")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    tasks = options.tasks or list(TASKS)
    if unknown := set(tasks) - set(TASKS):
        parser.error(f"no task {', '.join(unknown)}; there are {', '.join(TASKS)}")
    source = Path(os.environ.get("CORREDOR_DATA") or ROOT.parent / "shared" / "data") / "mexico"
    if not source.is_dir():
        print(f"skipped: no real data at {source.parent} (set CORREDOR_DATA)", file=sys.stderr)
        return 0
    run = Run(options.threads, options.quick)
    install()
    run.compile()
    run.make_data(source)
    # Children inherit it, so that nobody has more processors than there are threads.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    failures = [failure for task in tasks for failure in run.task(task)]
    page = CACHE / "quick.md" if options.quick else ROOT / "docs" / "benchmarks.md"
    page.write_text(report.page(run.results.parent))
    say(f"wrote {page}")
    for failure in failures:
        say(f"FAILED: {failure}")
    return 1 if failures else 0


def install():
    """The peers, in a virtual environment that is made anew when the requirements change."""
    wanted = HERE / "requirements.txt"
    stamp = CACHE / "venv" / "requirements.txt"
    if stamp.exists() and stamp.read_text() == wanted.read_text():
        return
    say(f"installing the peers into {PYTHON.parents[1]}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", PYTHON.parents[1]], check=True)
    subprocess.run(
        [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", wanted], check=True
    )
    shutil.copy(wanted, stamp)


class Run:
    """One run: where things are, and what was measured."""

    def __init__(self, threads, quick):
        mode = "quick" if quick else "full"
        self.quick, self.threads = quick, threads
        self.data, self.answers = CACHE / "data" / mode, CACHE / "answers" / mode
        now = datetime.datetime.now(datetime.UTC)
        self.results = CACHE / "results" / mode / now.strftime("%Y%m%dT%H%M%SZ")
        self.about = {"date": now.strftime("%Y-%m-%d"), "quick": quick, "threads": threads}

    def compile(self):
        say("compiling")
        cargo = [os.environ.get("CARGO", "cargo"), "bench", "--locked", "--bench", "peers", "--no-run"]
        built = subprocess.run(
            [*cargo, "--message-format=json-render-diagnostics"], cwd=ROOT, check=True, stdout=subprocess.PIPE
        )
        artifacts = [json.loads(line) for line in built.stdout.splitlines()]
        programs = {a["target"]["name"]: a["executable"] for a in artifacts if a.get("executable")}
        self.bench, self.corredor = programs["peers"], programs["corredor"]
        self.about |= about_machine() | {"versions": versions()}

    def make_data(self, source):
        recipe = hashlib.sha256((HERE / "data.py").read_bytes())
        recipe.update(
            "".join(f"{path.name} {path.stat().st_size}" for path in sorted(source.iterdir())).encode()
        )
        stamp = self.data / "recipe"
        if stamp.exists() and stamp.read_text() == recipe.hexdigest():
            return
        say("making data")
        shutil.rmtree(self.data, ignore_errors=True)
        mode = "quick" if self.quick else "full"
        subprocess.run([PYTHON, "-m", "peers.data", source, self.data, mode], cwd=HERE.parent, check=True)
        stamp.write_text(recipe.hexdigest())

    def task(self, name):
        """Runs a task, keeps what it measured, and returns what went wrong on our side."""
        rows, checks, failures = [], [], []
        load = os.getloadavg()[0]
        shutil.rmtree(self.answers / name, ignore_errors=True)
        for step in TASKS[name](self.quick):
            lines, error, peak_mb = self.child(name, step)
            if isinstance(step, Measure):
                rows += self.rows(step, lines, error, peak_mb)
                failed = [error] if error and step.ours else []
            else:
                checks += [line | {"table": step.table} for line in lines]
                failed = [
                    line["text"] for line in lines if line["answer"].startswith("ours") and not line["agree"]
                ]
                failed += [error] if error else []
            failures += [f"{name}, {step.table}: {text}" for text in failed]
        self.results.mkdir(parents=True, exist_ok=True)
        kept = self.about | {"task": name, "load": round(load, 1), "rows": rows, "checks": checks}
        (self.results / f"{name}.json").write_text(json.dumps(kept, indent=1))
        return failures

    def child(self, task, step):
        """The lines of JSON that a step prints, what went wrong, and its peak memory."""
        answers = self.answers / task / "".join(c if c.isalnum() else "-" for c in step.table)
        answers.mkdir(parents=True, exist_ok=True)
        threads = str(getattr(step, "threads", 0) or self.threads)
        env = os.environ | {name: threads for name in THREAD_VARIABLES}
        env |= {"PEERS_DATA": self.data, "PEERS_ANSWERS": answers, "PEERS_CORREDOR": self.corredor}
        env["PEERS_RUNS"] = "1" if self.quick else "5"
        bench = isinstance(step, Measure) and step.bench
        command = [self.bench] if bench else [PYTHON, "-W", "ignore", "-m", f"peers.{step.args[0]}"]
        command += [str(arg) for arg in (step.args if bench else step.args[1:])]
        say(f"{task}: {' '.join(command[1 if bench else 4 :])}")
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            child = subprocess.Popen(command, cwd=HERE.parent, env=env, stdout=out, stderr=err)
            start = time.monotonic()
            timer = threading.Timer(LIMIT_S, child.kill)
            timer.start()
            _, status, usage = os.wait4(child.pid, 0)
            timer.cancel()
            out.seek(0)
            err.seek(0)
            lines = [json.loads(line) for line in out if line.startswith("{")]
            complaint = err.read().strip().splitlines()[-1:]
        code = os.waitstatus_to_exitcode(status)
        child.returncode = code
        error = None
        if code:
            late = time.monotonic() - start >= LIMIT_S
            error = (
                f"stopped after {LIMIT_S} s" if late else f"ended with {code}: {' '.join(complaint)[:300]}"
            )
        return lines, error, usage.ru_maxrss / 1000

    def rows(self, step, lines, error, peak_mb):
        rows = []
        for tool, line in zip(step.tools, lines or [{}] * len(step.tools), strict=False):
            row = {"table": step.table, "tool": tool, "ours": step.ours, "note": step.note, "error": error}
            row["threads"] = step.used or str(step.threads or self.threads)
            row |= {"peak_mb": line.get("more", {}).get("peak_mb", peak_mb)} | line
            rows.append(row)
            say(f"  {tool}: {row.get('s', error)}")
        return rows


THREAD_VARIABLES = (
    "PEERS_THREADS",
    "RAYON_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "TOKIO_WORKER_THREADS",
)


def about_machine():
    """What the numbers depend on."""
    model = [
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory_kb = next(
        line.split()[1]
        for line in Path("/proc/meminfo").read_text().splitlines()
        if line.startswith("MemTotal")
    )
    commit = output("git", "-C", ROOT, "describe", "--always", "--dirty", "--exclude", "*")
    return {
        "cpu": model[0] if model else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(int(memory_kb) / 1e6),
        "system": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release().split('-')[0]}",
        "commit": commit,
    }


def versions():
    """Versions of ours and theirs."""
    names = [line.split("==")[0] for line in (HERE / "requirements.txt").read_text().splitlines()]
    script = (
        "import json, sys, shapely, pyogrio, platform; from importlib.metadata import version; "
        "print(json.dumps({n: version(n) for n in sys.argv[1:]} | {'Python': platform.python_version(), "
        "'GEOS of shapely': shapely.geos_version_string, 'GDAL of pyogrio': pyogrio.__gdal_version_string__}))"
    )
    found = json.loads(output(PYTHON, "-c", script, *names))
    gdal = output("gdal-config", "--version")
    return {"rustc": output("rustc", "--version").split()[1], "GDAL of Corredor": gdal} | found


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def say(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
