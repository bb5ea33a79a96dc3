"""An alert of a training script, and a repetition within its wait_duration."""
import wandb

with wandb.init(project="alerts") as run:
    for step in range(2):
        run.alert("loss is NaN", text=f"at step {step}", level=wandb.AlertLevel.ERROR, wait_duration=60)
    print(f"RUN={run.id}")
