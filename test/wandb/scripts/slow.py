"""Logs for a while, so that the server can be killed meanwhile."""
import time

import wandb

run = wandb.init(project="restart", id="slowrun")
print("STARTED", flush=True)
for step in range(60):
    run.log({"x": step})
    time.sleep(0.3)
run.finish()
