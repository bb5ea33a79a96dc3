"""Logs for a while, so that things can go wrong meanwhile."""
import os
import time

import wandb

run = wandb.init(project="trouble", id="slowrun")
print("STARTED", flush=True)
for step in range(int(os.environ["STEPS"])):
    run.log({"x": step})
    time.sleep(0.3)
run.finish()
