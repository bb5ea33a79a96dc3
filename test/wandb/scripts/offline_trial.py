"""A trial that reports nothing: its run is offline. It lasts longer than an agent's poll interval."""
import time

import wandb

with wandb.init(mode="offline") as run:
    with open("trials.txt", "a") as out:
        out.write(f"{run.config.x}\n")
    time.sleep(8)
    run.log({"loss": run.config.x})
