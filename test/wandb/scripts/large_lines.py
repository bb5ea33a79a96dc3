"""Ten megabytes of history at once, with one line among them that is far larger than the others."""
import random

import wandb

noise = random.Random(1)
run = wandb.init(project="large")
print(f"RUN={run.id}", flush=True)
for step in range(50):
    if step == 30:
        run.log({"x": step, "blob": "b" * 1_000_000})
    else:
        run.log({"x": step, "text": noise.randbytes(100_000).hex()})
run.finish()
