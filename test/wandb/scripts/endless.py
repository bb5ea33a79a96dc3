"""Trains until the process is stopped: as a program, or as a function when it is given a sweep's path."""
import sys
import time

import wandb


def main():
    with wandb.init() as run:
        for step in range(3_000):
            run.log({"x": step})
            time.sleep(0.1)


if len(sys.argv) > 1 and not sys.argv[1].startswith("--"):
    entity, project, sweep = sys.argv[1].split("/")
    wandb.agent(sweep, function=main, entity=entity, project=project)
else:
    main()
