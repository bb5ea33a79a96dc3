"""https://docs.wandb.ai/models/integrations/lightning, in a sweep: WandbLogger(log_model=True), watch, images, tables."""
import lightning as L
import torch
import wandb
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import WandbLogger
from torch.utils.data import DataLoader, TensorDataset


class Net(L.LightningModule):
    def __init__(self, hidden, lr):
        super().__init__()
        self.save_hyperparameters()
        self.net = torch.nn.Sequential(torch.nn.Linear(4, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, 3))

    def step(self, batch):
        x, y = batch
        logits = self.net(x)
        return torch.nn.functional.cross_entropy(logits, y), (logits.argmax(1) == y).float().mean()

    def training_step(self, batch, _):
        loss, accuracy = self.step(batch)
        self.log_dict({"train_loss": loss, "train_accuracy": accuracy}, on_step=True, on_epoch=True)
        return loss

    def validation_step(self, batch, _):
        loss, accuracy = self.step(batch)
        self.log_dict({"val_loss": loss, "val_accuracy": accuracy})

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


def main():
    L.seed_everything(1)
    x = torch.randn(96, 4)
    y = (x[:, 0] > 0).long() + (x[:, 1] > 0).long()
    data = TensorDataset(x, y)
    logger = WandbLogger(log_model=True)
    logger.experiment.define_metric("val_accuracy", summary="max")
    config = logger.experiment.config
    model = Net(config.hidden, config.lr)
    logger.watch(model, log_freq=2)
    checkpoint = ModelCheckpoint(monitor="val_accuracy", mode="max")
    trainer = L.Trainer(
        max_epochs=3, logger=logger, callbacks=[checkpoint], log_every_n_steps=1, accelerator="cpu",
        enable_progress_bar=False, enable_model_summary=False,
    )
    trainer.fit(model, DataLoader(data, 32, shuffle=True), DataLoader(data, 32))
    logger.log_image(key="samples", images=[torch.rand(3, 8, 8), torch.rand(3, 8, 8)], caption=["a", "b"])
    logger.log_table(key="predictions", columns=["input", "label"], data=[["cheese", "good"], ["fromage", "bad"]])
    wandb.finish()


main()
