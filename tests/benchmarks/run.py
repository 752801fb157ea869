"""Runs the benchmarks and prints what they measured beside the figures to reach.

    python -m tests.benchmarks.run [NAME ...] [--json FILE] [--list]

Each `bench_NAME.py` beside this file has `run() -> list[Row]`. Each runs in a process of its own, offscreen,
with settings and data folders of its own, so that none meets what another left behind. The exit status is 1
where a figure was missed or a benchmark failed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import vae_desktop  # noqa: F401 (before numpy, which it tells to take one thread, as in the program)
from tests.benchmarks.rows import Row, Skipped, table
from tests.places import ROOT

HERE = Path(__file__).resolve().parent


def names() -> list[str]:
    """The benchmarks there are, in order."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def measure(name: str, out: Path) -> int:
    """Run one benchmark in this process and write its rows, or why there are none, to `out` as JSON."""
    try:
        rows = importlib.import_module(f"tests.benchmarks.bench_{name}").run()
    except Skipped as why:
        out.write_text(json.dumps({"skipped": str(why)}), encoding="utf-8")
        return 0
    except Exception:
        traceback.print_exc()
        return 1
    out.write_text(json.dumps({"rows": [asdict(row) for row in rows]}), encoding="utf-8")
    return 0


def measure_apart(name: str) -> list[Row] | str:
    """Run one benchmark in a process of its own: its rows, or a sentence on why there are none."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.json"
        platform = os.environ.get("VAE_DESKTOP_TEST_PLATFORM", "offscreen")
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": platform,
            "VAE_DESKTOP_HOME": str(Path(folder) / "home"),
        }
        environment.pop("VAE_DESKTOP_DATA", None)
        command = [sys.executable, "-m", "tests.benchmarks.run", "--one", name, str(out)]
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if status != 0 or not out.exists():
            return f"failed (exit status {status})"
        answer = json.loads(out.read_text(encoding="utf-8"))
    if "skipped" in answer:
        return f"skipped: {answer['skipped']}"
    return [Row(**row) for row in answer["rows"]]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="tests.benchmarks.run", description="Measure, and compare with the limits."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="which to run (default: all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to FILE")
    parser.add_argument("--list", action="store_true", help="only list the names")
    parser.add_argument("--one", nargs=2, metavar=("NAME", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.one:
        return measure(given.one[0], Path(given.one[1]))
    if given.list:
        print("\n".join(names()))
        return 0
    if unknown := set(given.names) - set(names()):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are: {', '.join(names())}")

    measured: list[Row] = []
    failed = False
    for name in given.names or names():
        print(f"{name} …", file=sys.stderr, flush=True)
        answer = measure_apart(name)
        if isinstance(answer, str):
            print(f"{name}: {answer}", file=sys.stderr)
            failed = failed or answer.startswith("failed")
        else:
            measured += answer
    print(table(measured))
    if given.json:
        given.json.write_text(
            json.dumps([{**asdict(row), "ok": row.ok} for row in measured], indent=2), encoding="utf-8"
        )
    return 1 if failed or not all(row.ok for row in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
