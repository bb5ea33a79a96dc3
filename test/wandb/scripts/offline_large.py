"""A long run made without a network: 20,000 steps of 20 metrics."""
import sys

import wandb

run = wandb.init(project="offline", mode="offline", id=sys.argv[1])
for step in range(20_000):
    run.log({f"metric_{i}": step / (i + 1) for i in range(20)})
run.finish()
