"""The same by a program: SIGTERM ends it."""
import time

import wandb

with wandb.init() as run:
    bad = run.config.bad
    for step in range(600 if bad else 100):
        run.log({"loss": (10 if bad else 1) / (step + 1)})
        if bad:
            time.sleep(0.1)
