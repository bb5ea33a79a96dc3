"""A run outside any sweep: config, history with every kind of value, summary, tags, an exit code."""
import sys

import wandb

run = wandb.init(
    project="plain",
    config={"lr": 0.5, "layers": [1, 2], "opt": {"name": "adam"}},
    tags=["one", "two"],
    notes="a note",
    group="g",
    job_type="train",
)
print(f"RUN={run.id}", flush=True)
for step in range(10):
    run.log({"loss": 1 / (step + 1), "nested": {"x": step}, "text": f"t{step}", "flag": step % 2 == 0})
run.log({"loss": float("nan"), "up": float("inf")})
run.summary["answer"] = 42
print("a line on the console")
if len(sys.argv) > 1:
    sys.exit(int(sys.argv[1]))
run.finish()
