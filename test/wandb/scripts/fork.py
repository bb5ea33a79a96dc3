"""A run that branches off another one, is resumed, and one that would branch off what is not there."""
import json

import wandb

first = wandb.init(project="fork")
for x in range(6):
    first.log({"x": x})
first.finish()
fork = wandb.init(project="fork", fork_from=f"{first.id}?_step=3")
fork.log({"x": 40})
fork.config.update({"note": "so that it sends its config again"})
fork.log({"x": 50})
fork.finish()
again = wandb.init(project="fork", id=fork.id, resume="must")
again.log({"x": 60})
again.finish()
try:
    wandb.init(project="fork", fork_from="nosuchid?_step=3")
    raise AssertionError("a run branched off one that does not exist")
except wandb.errors.CommError as error:
    assert "nosuchid" in str(error), error
print("RESULT=" + json.dumps({"first": first.id, "fork": fork.id}))
