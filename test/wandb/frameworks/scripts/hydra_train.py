"""https://docs.wandb.ai/models/integrations/hydra: in a sweep, and as one job of a multirun."""
import os

import hydra
import omegaconf
import wandb


@hydra.main(config_path="hydra_conf", config_name="defaults", version_base=None)
def run_experiment(cfg):
    wandb.config = omegaconf.OmegaConf.to_container(cfg, resolve=True, throw_on_missing=True)
    with wandb.init(project=os.environ.get("WANDB_PROJECT"), config=wandb.config, group=cfg.group) as run:
        loss = 1.0
        for epoch in range(cfg.epochs):
            loss *= 1 - cfg.model.lr
            run.log({"epoch": epoch, "loss": loss, "model": {"depth": cfg.model.depth}})
        with open("weights.txt", "w") as out:
            out.write(str(loss))
        run.log_artifact("weights.txt", name="weights", type="model")


if __name__ == "__main__":
    run_experiment()
