"""https://docs.ray.io/en/latest/tune/examples/tune-wandb.html: WandbLoggerCallback, a run for each trial of Ray's own search."""
import sys

import ray
from ray import tune
from ray.air.integrations.wandb import WandbLoggerCallback


def train_function(config):
    for i in range(6):
        loss = config["mean"] + config["sd"] / (i + 1)
        tune.report({"loss": loss})


ray.init(num_cpus=2, include_dashboard=False)
tuner = tune.Tuner(
    train_function,
    tune_config=tune.TuneConfig(metric="loss", mode="min", num_samples=1),
    run_config=tune.RunConfig(callbacks=[WandbLoggerCallback(project=sys.argv[1], log_config=False, group="ray")]),
    param_space={"mean": tune.grid_search([1, 2, 3]), "sd": tune.uniform(0.2, 0.8)},
)
results = tuner.fit()
print("BEST", results.get_best_result().config)
