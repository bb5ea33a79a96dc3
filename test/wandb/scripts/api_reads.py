"""The rest of wandb.Api(): lists, filters, history, files, changes, deletion."""
import json
import sys

import wandb

path = sys.argv[1]
entity, project, _ = path.split("/")
api = wandb.Api()
sweep = api.sweep(path)
runs = list(sweep.runs)
run = runs[0]
full = run.history(pandas=False)
keyed = run.history(keys=["val_acc", "epoch"], pandas=False)
scan = list(run.scan_history())
scan_keys = list(run.scan_history(keys=["epoch", "_step"]))
assert len(full) == len(keyed) == len(scan) == len(scan_keys) > 0, (len(full), len(keyed), len(scan), len(scan_keys))
assert [row["_step"] for row in scan] == list(range(len(scan)))
found = api.runs(f"{entity}/{project}", filters={"$and": [{"sweep": sweep.id}, {"config.epochs": {"$in": [5, 10, 15]}}]}, order="-summary_metrics.val_acc")
values = [r.summary["val_acc"] for r in found]
assert values == sorted(values, reverse=True) and len(values) == len(runs), values
none = api.runs(f"{entity}/{project}", filters={"state": "crashed"})
assert len(none) == 0
names = [file.name for file in run.files()]
assert "config.yaml" in names and "wandb-summary.json" in names, names
assert run.metadata["program"], run.metadata
run.summary["extra"] = 3.5
run.summary.update()
run.config["note"] = "x"
run.tags.append("best")
run.notes = "hello"
run.update()
again = wandb.Api().run(f"{entity}/{project}/{run.id}")
assert again.summary["extra"] == 3.5 and again.config["note"] == "x", (again.summary, again.config)
assert "best" in again.tags and again.notes == "hello"
assert project in [p.name for p in api.projects(entity)]
assert sweep.id in [s.id for s in api.project(project, entity).sweeps()]
api.create_project("made-by-api", entity)
assert "made-by-api" in [p.name for p in wandb.Api().projects(entity)]
extra = api.create_run(project=project, entity=entity)
extra_id = extra.id
wandb.Api().run(f"{entity}/{project}/{extra_id}").delete()
try:
    wandb.Api().run(f"{entity}/{project}/{extra_id}")
    raise AssertionError("a deleted run was found")
except (wandb.errors.CommError, ValueError):
    pass
for wrong in (f"{entity}/{project}/nosuchsw", f"somebody-else/{project}/{sweep.id}"):
    try:
        wandb.Api().sweep(wrong)
        raise AssertionError(f"{wrong} was found")
    except (wandb.errors.CommError, ValueError) as error:
        print("refused:", error)
print("RESULT=" + json.dumps({"runs": len(runs)}))
