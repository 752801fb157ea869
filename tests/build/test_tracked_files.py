"""No file of the project names one machine's folders or a package registry's address."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.places import ROOT

FORBIDDEN = {
    "a folder of one machine": r"(?<![\w.*~$}])/(?:work|root|home/\w+|Users/\w+|opt/(?:wheels|pypi))(?:/|\b)",
    "a package registry's address": r"(?:pypi|pythonhosted|npmjs|debian|ubuntu|anaconda)\.(?:org|com)\b",
    "PyTorch's package index": r"pytorch\.org/whl",
    "an index in pip's options": r"--(?:extra-)?index-url|--find[-]links",
}


def project_files() -> list[str]:
    """The files that git holds or would add, relative to the root."""
    if not shutil.which("git"):
        pytest.skip("no git here")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_has(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    names = project_files()
    assert "pyproject.toml" in names
    found = []
    for name in names:
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a model
        found += [
            f"{name}:{i}: {line}" for i, line in enumerate(text.splitlines(), 1) if pattern.search(line)
        ]
    assert not found, "\n".join(found)
