"""A program whose machine is taken away at its first attempt, after three steps; it goes on where it was."""
import os
import sys

import wandb

run = wandb.init(resume="allow")
if not run.resumed:
    for step in range(3):
        run.log({"loss": 10 - step})
    run.mark_preempting()
    sys.exit(1)
for step in range(run.starting_step, 6):
    run.log({"loss": 10 - step})
run.finish()
