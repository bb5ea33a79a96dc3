"""A grid of which two cells fail at first; the runs are deleted, the sweep is resumed, and a result is corrected afterwards."""
import subprocess
import sys

import wandb

PROJECT = "amend"
broken = {2, 4}

sweep = wandb.sweep(
    {
        "method": "grid",
        "metric": {"name": "loss", "goal": "minimize"},
        "parameters": {"a": {"values": [1, 2, 3, 4]}},
    },
    project=PROJECT,
)
print(f"SWEEP={sweep}")


def train():
    with wandb.init() as run:
        if run.config.a in broken:
            raise ValueError("a bug")
        run.log({"loss": run.config.a + 10})


def states():
    return sorted((run.config["a"], run.state) for run in wandb.Api().sweep(f"{PROJECT}/{sweep}").runs)


wandb.agent(sweep, train, project=PROJECT)
print(f"FIRST={states()}")
for run in wandb.Api().sweep(f"{PROJECT}/{sweep}").runs:
    if run.state != "finished":
        run.delete()
print(f"DELETED={states()}")
broken.clear()
subprocess.run([sys.executable, "-m", "wandb", "sweep", "--resume", f"{PROJECT}/{sweep}"], check=True)
wandb.agent(sweep, train, project=PROJECT)
print(f"AGAIN={states()}")

# The loss of a = 3 was wrong.
[mistake] = [run for run in wandb.Api().sweep(f"{PROJECT}/{sweep}").runs if run.config["a"] == 3]
mistake.summary["loss"] = 0.5
mistake.summary.update()
best = wandb.Api().sweep(f"{PROJECT}/{sweep}").best_run()
print(f"BEST={best.config['a']} {best.summary['loss']}")
best.delete()
print(f"SECOND={wandb.Api().sweep(f'{PROJECT}/{sweep}').best_run().config['a']}")
