"""Runs from before a sweep: made, named to `wandb.sweep`, and seen among the runs of the sweep; cells they were at are not run again."""
import json

import wandb

earlier = []
for x, loss in ((0.25, 0.5), (0.75, 2.0)):
    with wandb.init(project="prior", config={"x": x, "batch": 1}) as run:
        run.log({"loss": loss})
    earlier.append(run.id)

CONFIG = {"metric": {"name": "loss", "goal": "minimize"}}
bayes = wandb.sweep(
    {**CONFIG, "method": "bayes", "parameters": {"x": {"min": 0.0, "max": 1.0}}}, project="prior", prior_runs=earlier
)
grid = wandb.sweep(
    {**CONFIG, "method": "grid", "parameters": {"x": {"values": [0.25, 0.5, 0.75]}}},
    project="prior",
    prior_runs=earlier,
)


def main():
    with wandb.init() as run:
        run.log({"loss": run.config.x + 10})


wandb.agent(grid, function=main, project="prior")  # ends after the one cell that is left
sweep = wandb.Api().sweep(f"prior/{grid}")
best = sweep.best_run()
print(
    "RESULT="
    + json.dumps(
        {
            "earlier": earlier,
            "bayes": bayes,
            "grid": grid,
            "listed": [run.id for run in sweep.runs],
            "best": best.id,
            "state": sweep.state,
        }
    )
)
