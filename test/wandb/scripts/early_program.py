"""The same by a program: SIGTERM ends it."""
import time

import wandb

with wandb.init() as run:
    steps = 6 if run.config.bad == 0 else 900
    for step in range(steps):
        run.log({"loss": (10 if run.config.bad else 1) / (step + 1)})
        time.sleep(0.1)
