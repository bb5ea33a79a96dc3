"""The first script of W&B's tutorial "Add W&B to your code": a sweep and its agent in one program."""
import os
import random

import wandb


def train_one_epoch(epoch, lr, batch_size):
    acc = 0.25 + ((epoch / 30) + (random.random() / 10))
    loss = 0.2 + (1 - ((epoch - 1) / 10 + random.random() / 5))
    return acc, loss


def evaluate_one_epoch(epoch):
    acc = 0.1 + ((epoch / 20) + (random.random() / 10))
    loss = 0.25 + (1 - ((epoch - 1) / 10 + random.random() / 6))
    return acc, loss


sweep_configuration = {
    "method": "random",
    "name": "sweep",
    "metric": {"goal": "maximize", "name": "val_acc"},
    "parameters": {
        "batch_size": {"values": [16, 32, 64]},
        "epochs": {"values": [5, 10, 15]},
        "lr": {"max": 0.1, "min": 0.0001},
    },
}


def main():
    run = wandb.init()
    lr = run.config["lr"]
    bs = run.config["batch_size"]
    epochs = run.config["epochs"]
    for epoch in range(1, epochs):
        train_acc, train_loss = train_one_epoch(epoch, lr, bs)
        val_acc, val_loss = evaluate_one_epoch(epoch)
        run.log(
            {
                "epoch": epoch,
                "train_acc": train_acc,
                "train_loss": train_loss,
                "val_acc": val_acc,
                "val_loss": val_loss,
            }
        )
    run.finish()


sweep_id = wandb.sweep(sweep=sweep_configuration, project="my-first-sweep")
print(f"SWEEP={sweep_id}", flush=True)
wandb.agent(sweep_id, function=main, count=int(os.environ.get("COUNT", "4")))
