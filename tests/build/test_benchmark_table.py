"""The benchmark runner: what was measured stands beside its limit, and a miss is not overlooked."""

from __future__ import annotations

import pytest

from tests.benchmarks import run
from tests.benchmarks.rows import Row, table


@pytest.mark.parametrize(
    ("row", "ok"),
    [
        (Row("drag", 3.9, 4.0, "ms"), True),
        (Row("drag", 4.1, 4.0, "ms"), False),
        (Row("rate", 96.0, 95.0, "%", at_least=True), True),
        (Row("rate", 94.0, 95.0, "%", at_least=True), False),
        (Row("told", 7.0), True),
    ],
)
def test_row_knows_whether_it_reaches_its_limit(row: Row, ok: bool) -> None:
    assert row.ok is ok


def test_table_is_aligned_and_says_what_was_missed() -> None:
    lines = table(
        [Row("drag", 3.9, 4.0, "ms"), Row("hands off", 94.0, 95.0, "%", at_least=True)]
    ).splitlines()
    assert lines[1].split() == ["drag", "3.9", "ms", "≤", "4", "ms", "ok"]
    assert lines[2].split() == ["hands", "off", "94", "%", "≥", "95", "%", "MISSED"]
    assert lines[1].index("≤") == lines[2].index("≥")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ([Row("a", 1.0, 2.0)], 0),
        ([Row("a", 3.0, 2.0)], 1),
        ("skipped: no MNIST here", 0),
        ("failed (exit status 1)", 1),
    ],
    ids=["reached", "missed", "skipped", "failed"],
)
def test_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: list[Row] | str, status: int
) -> None:
    monkeypatch.setattr(run, "names", lambda: ["a"])
    monkeypatch.setattr(run, "measure_apart", lambda name: answer)
    assert run.main([]) == status
    assert "what" in capsys.readouterr().out
