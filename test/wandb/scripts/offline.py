"""A run made without a network."""
import wandb

run = wandb.init(project="offline", mode="offline", config={"a": 1}, id="madeoffline")
for step in range(20):
    run.log({"x": step})
run.finish()
