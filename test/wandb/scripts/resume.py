"""A run that is resumed twice, and the refusals of resume."""
import json

import wandb

run = wandb.init(project="resume", config={"a": 1})
for step in range(5):
    run.log({"x": step})
run.finish()
again = wandb.init(project="resume", id=run.id, resume="must")
assert again.resumed and again.starting_step == 5, (again.resumed, again.starting_step)
assert again.config["a"] == 1
for step in range(5, 8):
    again.log({"x": step})
again.finish()
third = wandb.init(project="resume", id=run.id, resume="allow")
third.log({"x": 8})
third.finish()
fresh = wandb.init(project="resume", id="fresh-run", resume="allow")
assert not fresh.resumed
fresh.finish()
for arguments in ({"id": run.id, "resume": "never"}, {"id": "not-there", "resume": "must"}):
    try:
        wandb.init(project="resume", **arguments)
        raise AssertionError(f"{arguments} was taken")
    except wandb.errors.UsageError as error:
        print("refused:", error)
print("RESULT=" + json.dumps({"run": run.id}))
