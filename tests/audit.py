"""What bandit finds in our code, and pip-audit in what it depends on (`make audit`).

An exception is stated once, for ruff, where it is: its rule S603 is bandit's B603, and `# noqa: S603 - reason` counts here.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("indexer", "web")

LEFT_OUT = {
    "B101": "assert states an invariant for the type checker, as pyproject.toml says of S101",
    "B404": "that processes are started is no finding; how each one is started is B603",
}
"""Checks of bandit that are not made, and why."""

STATED = re.compile(r"# noqa: (?P<rules>[A-Z]+\d+(?:, ?[A-Z]+\d+)*) - \w")


def unexplained() -> list[str]:
    """What bandit finds and nobody has said why it is let be."""
    command = [sys.executable, "-m", "bandit", "-q", "-r", "-f", "json", "--skip", ",".join(LEFT_OUT), *PACKAGES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    if report["errors"]:
        return [str(error) for error in report["errors"]]
    return [
        f"{found['filename']}:{found['line_number']}: {found['test_id']} {found['issue_text']}"
        for found in report["results"]
        if not _is_stated(ROOT / found["filename"], found["line_range"], f"S{found['test_id'][1:]}")
    ]


def _is_stated(path: Path, span: list[int], rule: str) -> bool:
    lines = path.read_text(encoding="utf-8").splitlines()[span[0] - 1 : span[-1]]
    return any((stated := STATED.search(line)) and rule in stated["rules"].split(", ") for line in lines)


def main() -> None:
    """Both; exit status 1 when either finds something, or a package could not be looked up."""
    found = unexplained()
    sys.stdout.write("".join(f"{each}\n" for each in found) or "bandit: nothing unexplained\n")
    sys.stdout.flush()
    command = ["pip-audit", "--strict", "--disable-pip", "--require-hashes", "-r", "requirements.lock"]
    audited = subprocess.run([sys.executable, "-m", "pip_audit", *command[1:]], cwd=ROOT, check=False)
    sys.exit(bool(found or audited.returncode))


if __name__ == "__main__":
    main()
