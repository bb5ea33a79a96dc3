"""A project with two sweeps and a run, for an import."""
import pathlib

import wandb

PROJECT = "import-source"
METRIC = {"name": "loss", "goal": "minimize"}


def train():
    with wandb.init() as run:
        run.config.update({"host": "gpu7"})
        for step in range(3):
            run.log({"loss": run.config.lr + 1 / (step + 1), "nan": float("nan")})


def sweep(config):
    name = wandb.sweep({"metric": METRIC, **config}, project=PROJECT)
    wandb.agent(name, train, count=3, project=PROJECT)


sweep({"method": "random", "name": "random", "parameters": {"lr": {"min": 0.001, "max": 0.1}, "n": {"parameters": {"d": {"value": 2}}}}})
sweep({"method": "grid", "name": "grid", "parameters": {"lr": {"values": [0.1, 0.2, 0.3]}}})
notes = pathlib.Path("notes.txt")
notes.write_text("what was tried")
with wandb.init(project=PROJECT, name="alone", tags=["kept"], notes="by hand", group="first", config={"a": {"b": [1, 2.0]}}) as run:
    run.log({"acc": 0.5})
    run.save(str(notes))
