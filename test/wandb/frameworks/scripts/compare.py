"""Compares everything that the runs of a project logged with what wandb.Api() reads back. Prints how much of each kind was equal."""
import glob
import hashlib
import json
import math
import os
import sys
import tempfile

import transaction_log
import wandb

project, witness = sys.argv[1:3]
differences = []
counts = dict.fromkeys(("runs", "rows", "metrics", "config", "summary", "files", "artifacts"), 0)


def plain(value):
    """Numbers that JSON lacks are text in one of the two ways."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}[str(value)]
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


def flat(tree, prefix=""):
    leaves = {}
    for key, value in tree.items():
        if isinstance(value, dict) and value and "_type" not in value:
            leaves.update(flat(value, f"{prefix}{key}."))
        elif value is not None:
            leaves[prefix + key] = value
    return leaves


def same(what, expected, seen):
    expected, seen = plain(expected), plain(seen)
    if expected == seen:
        return
    if isinstance(expected, dict) and isinstance(seen, dict):
        for key in sorted(expected.keys() | seen.keys()):
            if expected.get(key) != seen.get(key):
                differences.append(f"{what}, {key}: logged {expected.get(key)!r:.200}, read {seen.get(key)!r:.200}")
    else:
        differences.append(f"{what}: logged {expected!r:.300}, read {seen!r:.300}")


def digest(path):
    with open(path, "rb") as opened:
        return hashlib.md5(opened.read()).hexdigest()


# What the client uploads of itself. Other files in the run's folder are not uploaded unless they are saved or logged.
OWN = {"config.yaml", "output.log", "requirements.txt", "wandb-metadata.json", "wandb-summary.json"}


def compare_files(run, folder, recorded, read):
    local = {name: os.path.join(folder, name) for name in recorded | OWN}
    local = {name: path for name, path in local.items() if os.path.isfile(path)}
    names = {file.name for file in read.files(per_page=200)}
    same(f"{run} names of files", sorted(local), sorted(n for n in names if not n.startswith("artifact/")))
    with tempfile.TemporaryDirectory() as down:
        for name in sorted(local.keys() & names):
            read.file(name).download(root=down, replace=True)
            same(f"{run} file {name}", digest(local[name]), digest(os.path.join(down, name)))
            counts["files"] += 1


def compare_artifacts(run, logged, read):
    outputs, inputs = list(read.logged_artifacts()), list(read.used_artifacts())
    for expected in logged:
        seen = inputs if expected["used"] else outputs
        found = [
            artifact
            for artifact in seen
            if artifact.name.split(":")[0] == expected["name"]
            and {path: entry.digest for path, entry in artifact.manifest.entries.items()}
            == {path: entry["digest"] for path, entry in expected["entries"].items()}
        ]
        what = f"{run} artifact {expected['name']}"
        if not found:
            differences.append(f"{what}: was logged with {list(expected['entries'])}, read {[a.name for a in seen]}")
            continue
        artifact = found[-1]
        same(f"{what} type", expected["type"], artifact.type)
        same(f"{what} metadata", json.loads(json.dumps(expected["metadata"], default=str)), artifact.metadata)
        sizes = {path: entry.size for path, entry in artifact.manifest.entries.items()}
        same(f"{what} sizes", {path: entry["size"] for path, entry in expected["entries"].items()}, sizes)
        with tempfile.TemporaryDirectory() as down:
            artifact.download(root=down)
            artifact.verify(root=down)
        counts["artifacts"] += 1


api = wandb.Api()
artifacts = {}
if os.path.exists(witness):
    for line in open(witness):
        logged = json.loads(line)
        artifacts.setdefault(logged["run"], []).append(logged)

for path in sorted(glob.glob("**/wandb/run-*/run-*.wandb", recursive=True)):
    truth, config, history, files = transaction_log.read(path)
    if truth.project != project.split("/")[-1]:
        continue
    run, folder = truth.run_id, os.path.join(os.path.dirname(path), "files")
    read = api.run(f"{project}/{run}")
    counts["runs"] += 1
    same(f"{run} state", "finished", read.state)
    same(f"{run} sweep", truth.sweep_id or None, read.sweep.id if read.sweep else None)
    same(f"{run} group", truth.run_group or None, read.group or None)
    same(f"{run} job type", truth.job_type or None, read.job_type or None)
    same(f"{run} tags", sorted(truth.tags), sorted(read.tags))
    if truth.display_name:
        same(f"{run} name", truth.display_name, read.name)

    same(f"{run} config", flat(config), flat(read.config))
    counts["config"] += len(flat(config))

    rows = list(read.scan_history())
    same(f"{run} number of rows", len(history), len(rows))
    for expected, seen in zip(history, rows):
        same(f"{run} row {expected['_step']}", flat(expected), flat(seen))
        counts["metrics"] += len(flat(expected))
    counts["rows"] += len(history)

    with open(os.path.join(folder, "wandb-summary.json")) as opened:
        summary = json.load(opened)
    same(f"{run} summary", flat(summary), flat(read.summary._json_dict))
    counts["summary"] += len(flat(summary))

    compare_files(run, folder, files, read)
    compare_artifacts(run, artifacts.get(run, []), read)

for difference in differences[:40]:
    print("DIFFERENCE", difference)
print("COUNTS=" + json.dumps(counts))
sys.exit(1 if differences or counts["runs"] == 0 else 0)
