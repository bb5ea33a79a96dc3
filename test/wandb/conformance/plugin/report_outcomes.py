"""A pytest plugin that appends the outcome of each phase of each test to the file OUTCOMES, one JSON object a line."""
import json
import os


def pytest_runtest_logreport(report):
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    outcome = report.outcome
    if hasattr(report, "wasxfail"):
        outcome = "passed" if outcome == "passed" else "skipped"
    reason = ""
    if outcome == "failed":
        reason = str(report.longrepr).strip().splitlines()[-1] if report.longrepr else ""
    elif outcome == "skipped" and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
    line = {"test": report.nodeid, "when": report.when, "outcome": outcome, "reason": reason}
    with open(os.environ["OUTCOMES"], "a") as out:
        out.write(json.dumps(line) + "\n")
