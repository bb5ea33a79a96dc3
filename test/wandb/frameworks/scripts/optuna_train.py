"""WeightsAndBiasesCallback as Optuna's documentation shows it: a study in the run of a sweep or, with a project, a run for each trial."""
import sys

import optuna
import wandb
from optuna_integration.wandb import WeightsAndBiasesCallback


def suggest(trial):
    x = trial.suggest_float("x", -10, 10)
    kind = trial.suggest_categorical("kind", ["square", "abs"])
    return ((x - 2) ** 2 if kind == "square" else abs(x - 2)), abs(x - 2)


def study_in_a_run():
    run = wandb.init()
    sampler = {"tpe": optuna.samplers.TPESampler, "random": optuna.samplers.RandomSampler}[run.config.sampler]
    wandbc = WeightsAndBiasesCallback(metric_name="loss")
    study = optuna.create_study(sampler=sampler(seed=3))
    study.optimize(lambda trial: suggest(trial)[0], n_trials=4, callbacks=[wandbc])
    wandb.finish()


def run_for_each_trial(project):
    wandbc = WeightsAndBiasesCallback(
        metric_name="loss", wandb_kwargs={"project": project, "group": "study"}, as_multirun=True
    )

    @wandbc.track_in_wandb()
    def objective(trial):
        loss, distance = suggest(trial)
        wandb.log({"distance": distance})
        return loss

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=3))
    study.optimize(objective, n_trials=4, callbacks=[wandbc])


if sys.argv[1] == "multirun":
    run_for_each_trial(sys.argv[2])
else:
    study_in_a_run()
