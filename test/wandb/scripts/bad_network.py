"""A sweep and its agent, to be run where every other request fails."""
import wandb


def main():
    with wandb.init() as run:
        for step in range(20):
            run.log({"x": step, "loss": run.config.a / (step + 1)})


sweep_id = wandb.sweep(
    {"method": "grid", "metric": {"name": "loss"}, "parameters": {"a": {"values": [1, 2]}}}, project="network"
)
print(f"SWEEP={sweep_id}", flush=True)
wandb.agent(sweep_id, function=main, count=2)
