"""A sweep that ends by its cap, and what the public API expects of this and of other sweeps."""
import json

import wandb


def main():
    with wandb.init() as run:
        run.log({"loss": run.config.x})


METRIC = {"name": "loss", "goal": "minimize"}
RANDOM = {"method": "random", "metric": METRIC, "parameters": {"x": {"min": 0.0, "max": 1.0}}}
GRID = {
    "method": "grid",
    "metric": METRIC,
    "parameters": {"x": {"values": [1, 2, 3]}, "opt": {"parameters": {"lr": {"values": [0.1, 0.2]}}}},
}
sweeps = {
    "capped": wandb.sweep({**RANDOM, "run_cap": 3}, project="caps"),
    "grid": wandb.sweep(GRID, project="caps"),
    "endless": wandb.sweep(RANDOM, project="caps"),
}
print(f"CAPPED={sweeps['capped']}", flush=True)
wandb.agent(sweeps["capped"], function=main, project="caps")
api = wandb.Api()


def seen(name):
    sweep = api.sweep(f"caps/{sweeps[name]}")
    return [sweep.expected_run_count, str(sweep.state), len(sweep.runs)]


best = api.sweep(f"caps/{sweeps['capped']}").best_run()
losses = [run.summary["loss"] for run in api.sweep(f"caps/{sweeps['capped']}").runs]
assert best.summary["loss"] == min(losses), (best.summary["loss"], losses)
assert api.sweep(f"caps/{sweeps['endless']}").best_run() is None
print("RESULT=" + json.dumps({name: seen(name) for name in sweeps}))
