"""Prints the sweeps and runs of a project of a W&B server as lines of JSON, which `chimney import wandb` reads.

Usage: python wandb_project.py URL ENTITY/PROJECT[/SWEEP], with the key of that server in SOURCE_API_KEY.

For each sweep a line {"sweep": CONFIG, "skipped": {STATE: COUNT}, "warnings": [TEXT]}, then a line {"trial": TRIAL, "from": PATH} for each run that
has ended; then the runs of no sweep as lines {"run": RUN, "from": PATH}. A refusal is a line {"error": TEXT}. Configs keep everything but what the
client adds.
"""
import json
import math
import os
import sys
from datetime import datetime, timezone


def show(line):
    # Servers return members in any order. The same content must give the same line, by which an import is recognized.
    print(json.dumps(line, sort_keys=True))


def refuse(text):
    show({"error": text})
    sys.exit(0)


try:
    import wandb
except ImportError as error:
    refuse(f"this Python has no wandb ({error}); name the Python that has it with --python")

STATES = {"finished": "finished", "failed": "failed", "crashed": "crashed", "killed": "killed", "stopped": "stopped"}
KEPT = ("metric", "parameters", "early_terminate", "program", "command", "description", "run_cap")


def exact(value):
    """JSON has no NaN and no infinities; the service reads them as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {str(key): exact(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [exact(each) for each in value]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if hasattr(value, "items"):
        return {str(key): exact(each) for key, each in value.items()}
    return repr(value)


def time_of(text):
    at = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    return (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).timestamp()


def iso(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def history(run):
    points = []
    for row in run.scan_history():
        values = {key: exact(value) for key, value in row.items() if key not in ("_step", "_timestamp") and value is not None}
        if any(not key.startswith("_") for key in values):
            point = {"step": int(row["_step"]), "values": values}
            if row.get("_timestamp") is not None:
                point["at"] = float(row["_timestamp"])
            points.append(point)
    return points


def plain(values):
    return {key: exact(value) for key, value in values.items() if not key.startswith("_")}


def facts(run):
    """What a run and a trial have in common."""
    started = time_of(run.created_at)
    summary = dict(run.summary._json_dict)
    runtime = summary.get("_runtime") or (summary.get("_wandb") or {}).get("runtime") or 0
    points = history(run)
    times = [started + float(runtime)] + [point["at"] for point in points if "at" in point]
    if getattr(run, "heartbeatAt", None):
        times.append(time_of(run.heartbeatAt))
    line = {
        "points": points,
        "summary": exact(summary),
        "state": STATES[run.state],
        "name": run.name[:256],
        "tags": list(run.tags),
        "started_at": iso(started),
        "ended_at": iso(max(times)),
    }
    if run.notes:
        line["notes"] = run.notes[:10000]
    return line


def print_run(run):
    line = facts(run)
    line.update({"id": run.id, "config": plain(run.config), "group": run.group, "job_type": run.job_type})
    show({"run": line, "from": "/".join(run.path)})


def print_sweep(sweep):
    config = {key: value for key, value in sweep.config.items() if key in KEPT}
    warnings = [f"{key} of its config is not imported" for key in sweep.config if key not in (*KEPT, "method", "name", "project", "entity")]
    method = sweep.config.get("method")
    if method in ("bayes", "random"):
        config["method"] = method
    else:
        warnings.append(f"its method is {method}; here it is a random search, since the trial numbers of a grid are its cells")
        config["method"] = "random"
    config["name"] = sweep.config.get("name") or sweep.name or sweep.id
    names = config.get("parameters", {}).keys()
    skipped, ended = {}, []
    for run in sorted(sweep.runs, key=lambda run: run.created_at):
        if run.state not in STATES:
            skipped[run.state] = skipped.get(run.state, 0) + 1
        else:
            ended.append(run)
    show({"sweep": config, "trials": len(ended), "skipped": skipped, "warnings": warnings})
    for run in ended:
        line, given = facts(run), plain(run.config)
        line["params"] = {name: value for name, value in given.items() if name in names}
        line["config"] = {name: value for name, value in given.items() if name not in names}
        line["source"] = f"run {run.id} of sweep {sweep.id} at {run.entity}/{run.project}"[:200]
        show({"trial": line, "from": "/".join(run.path)})


def main(url, path):
    entity, project, *sweep = path.strip("/").split("/")
    api = wandb.Api(overrides={"base_url": url}, api_key=os.environ["SOURCE_API_KEY"], timeout=60)
    try:
        if sweep:
            print_sweep(api.sweep(path))
            return
        skipped = {}
        runs = api.runs(f"{entity}/{project}", order="+created_at")
        alone = [run for run in runs if run.sweep_name is None]
        sweeps = api.project(project, entity=entity).sweeps()
        for each in sorted(sweeps, key=lambda each: each.id):
            print_sweep(api.sweep(f"{entity}/{project}/{each.id}"))
    except (ValueError, wandb.errors.CommError) as error:
        refuse(f"{url} has no {path} for this key: {error}")
    show({"runs": len(alone)})
    for run in alone:
        if run.state in STATES:
            print_run(run)
        else:
            skipped[run.state] = skipped.get(run.state, 0) + 1
    if skipped:
        show({"skipped": skipped})


if __name__ == "__main__":
    main(*sys.argv[1:])
