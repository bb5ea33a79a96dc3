"""The summary of a metric is its maximum: best_run(), orders and filters use it."""
import json
import os

import wandb

sweep = wandb.sweep(
    {"method": "grid", "metric": {"name": "acc", "goal": "maximize"}, "parameters": {"peak": {"values": [0.7, 0.9, 0.8]}}},
    project="chosen",
)


def main():
    with wandb.init() as run:
        run.define_metric("acc", summary="max")
        for value in (0.1, run.config.peak, 0.2 - run.config.peak / 10):
            run.log({"acc": value})
        run.config.update({"model": {"lr": run.config.peak}})


wandb.agent(sweep, function=main, project="chosen")
api = wandb.Api()
best = api.sweep(f"chosen/{sweep}").best_run()
assert best.config["peak"] == 0.9, best.config
peaks = lambda **more: [run.config["peak"] for run in api.runs("chosen", **{"filters": {"sweep": sweep}, **more})]
assert peaks(order="-summary_metrics.acc") == [0.9, 0.8, 0.7]
assert peaks(order="summary_metrics.acc") == [0.7, 0.8, 0.9]
assert peaks(order="-config.model.value.lr") == [0.9, 0.8, 0.7]
assert peaks(filters={"sweep": sweep, "summary_metrics.acc": {"$gt": 0.85}}) == [0.9]
for field in ("config.model.value.lr", "config.model.lr"):
    assert peaks(filters={"sweep": sweep, field: 0.8}) == [0.8], field

# Offline, each trial runs once, and `wandb sync` completes it.
offline = wandb.sweep(
    {"method": "grid", "program": "offline_trial.py", "parameters": {"x": {"values": [1, 2]}}, "metric": {"name": "loss"}},
    project="chosen",
)
print("RESULT=" + json.dumps({"sweep": sweep, "offline": offline, "expected": api.sweep(f"chosen/{offline}").expected_run_count}))
