"""A hyperband sweep by an in-process agent: the second run is bad, and must be stopped long before its last step."""
import time

import wandb

CONFIG = {
    "method": "grid",
    "metric": {"name": "loss", "goal": "minimize"},
    "parameters": {"bad": {"values": [0, 1]}},
    "early_terminate": {"type": "hyperband", "min_iter": 3, "eta": 3},
}


def main():
    with wandb.init() as run:
        bad = run.config.bad
        for step in range(600 if bad else 100):
            run.log({"loss": (10 if bad else 1) / (step + 1)})
            if bad:
                time.sleep(0.1)


sweep_id = wandb.sweep(CONFIG, project="early")
print(f"SWEEP={sweep_id}", flush=True)
wandb.agent(sweep_id, function=main, count=2)
