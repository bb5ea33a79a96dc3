"""One cell of a large grid."""
import wandb

with wandb.init() as run:
    run.log({"loss": run.config.a + run.config.b})
