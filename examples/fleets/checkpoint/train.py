"""Trains one trial, saves a checkpoint after each epoch, and continues from it when the trial is handed out again.

A trial that is handed out again keeps its run id, so the run id names the checkpoint. CHECKPOINTS must be a folder that
each machine of the fleet sees. Works under `chimney agent` and `wandb agent`; without PyTorch it fits the same line in Python.
"""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path

try:
    import torch
except ImportError:
    torch = None

interrupted = False


def interrupt(signum, frame):
    global interrupted
    interrupted = True


class Model:
    """Fits y = 3 x by gradient descent. Replace it with your model and optimizer."""

    def __init__(self, lr):
        self.lr = lr
        if torch:
            self.net = torch.nn.Linear(1, 1, bias=False)
            torch.nn.init.zeros_(self.net.weight)
            self.optimizer = torch.optim.SGD(self.net.parameters(), lr=lr, momentum=0.5)
        else:
            self.weight, self.velocity = 0.0, 0.0

    def train_epoch(self):
        xs = [0.1 * i for i in range(1, 11)]
        if torch:
            x = torch.tensor(xs).unsqueeze(1)
            loss = torch.nn.functional.mse_loss(self.net(x), 3 * x)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            return loss.item()
        errors = [self.weight * x - 3 * x for x in xs]
        gradient = sum(2 * error * x for error, x in zip(errors, xs)) / len(xs)
        self.velocity = 0.5 * self.velocity + gradient
        self.weight -= self.lr * self.velocity
        return sum(error**2 for error in errors) / len(xs)

    def state(self):
        if torch:
            return {"net": self.net.state_dict(), "optimizer": self.optimizer.state_dict(), "rng": torch.get_rng_state()}
        return {"weight": self.weight, "velocity": self.velocity}

    def load(self, state):
        if torch:
            self.net.load_state_dict(state["net"])
            self.optimizer.load_state_dict(state["optimizer"])
            torch.set_rng_state(state["rng"])
        else:
            self.weight, self.velocity = state["weight"], state["velocity"]


def save(path, epoch, model):
    """Writes beside the target and renames, so that a machine that dies while it writes leaves the previous checkpoint."""
    draft = path.with_suffix(f".{os.getpid()}.draft")
    checkpoint = {"epoch": epoch, "model": model.state()}
    if torch:
        torch.save(checkpoint, draft)
    else:
        draft.write_text(json.dumps(checkpoint))
    os.replace(draft, path)


def load(path, model):
    """The number of epochs that are done."""
    if not path.exists():
        return 0
    checkpoint = torch.load(path) if torch else json.loads(path.read_text())
    model.load(checkpoint["model"])
    return checkpoint["epoch"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, required=True)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=0, help="added to each epoch, to try an interruption")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)

    # `chimney agent` sets both variables. It reads the lines that are printed and hands the trial back itself.
    wandb_run = None
    if "CHIMNEY_RUN" not in os.environ:
        import wandb

        wandb_run = wandb.init(resume="allow")
    run_id = os.environ.get("CHIMNEY_RUN", "").split("/")[-1] or wandb_run.id

    folder = Path(os.environ.get("CHECKPOINTS", "checkpoints"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run_id}.{'pt' if torch else 'json'}"
    model = Model(args.lr)
    first = load(path, model)
    print(f"{run_id}: starts after epoch {first}", flush=True)

    for epoch in range(first + 1, args.epochs + 1):
        loss = model.train_epoch()
        time.sleep(args.seconds)
        # The metric first: if the machine dies before the checkpoint, the next attempt reports the epoch again, and its
        # rows replace those of earlier attempts.
        if wandb_run:
            wandb_run.log({"loss": loss}, step=epoch)
        else:
            print("::metric " + json.dumps({"step": epoch, "loss": loss}), flush=True)
        save(path, epoch, model)
        if interrupted:
            if wandb_run:
                wandb_run.mark_preempting()  # the exit code then queues the trial again and uses no attempt
            sys.exit(1)
    path.unlink(missing_ok=True)
    if wandb_run:
        wandb_run.finish()


if __name__ == "__main__":
    main()
