"""Writes two studies into an Optuna storage and prints what is in them: python study.py STORAGE"""
import json
import math
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
TRIALS = 200


def digits(trial):
    rate = trial.suggest_float("lr", 1e-5, 1e-1, log=True)
    units = trial.suggest_int("units", 16, 512, log=True)
    layers = trial.suggest_int("layers", 1, 4)
    # Its range grows.
    trial.suggest_int("epochs", 2, 10 + trial.number // 50)
    dropout = trial.suggest_float("dropout", 0.0, 0.5, step=0.1)
    optimizer = trial.suggest_categorical("optimizer", ["adam", "sgd", None, True, 1.0])
    momentum = trial.suggest_float("momentum", 0, 1) if optimizer == "sgd" else 0
    loss = (math.log10(rate) + 3) ** 2 + dropout + 0.1 * layers + momentum + units / 1000
    for step in range(5):
        trial.report(loss + 5 - step if step or trial.number % 40 else math.nan, step)
        if step == 2 and trial.should_prune():
            raise optuna.TrialPruned()
    if trial.number % 50 == 7:
        raise ValueError("out of memory")
    trial.set_user_attr("host", {"name": "gpu7", "cards": [1, 2]})
    return loss


def two(trial):
    x = trial.suggest_float("x", -5, 5)
    return x * x, -((x - 2) ** 2)


def facts(study):
    names = study.metric_names or ["value"]
    return [
        {
            "state": trial.state.name,
            "params": trial.params,
            "values": dict(zip(names, trial.values or [])),
            "points": {step: value for step, value in trial.intermediate_values.items() if math.isfinite(value)},
            "seconds": trial.duration.total_seconds(),
        }
        for trial in study.trials
        if trial.state.is_finished()
    ]


def main(name):
    storage = name
    if "://" not in name:
        storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(name))
    pruner = optuna.pruners.MedianPruner(n_startup_trials=20)
    sampler = optuna.samplers.RandomSampler(seed=1)
    study = optuna.create_study(study_name="digits", storage=storage, pruner=pruner, sampler=sampler)
    study.optimize(digits, n_trials=TRIALS, catch=(ValueError,))
    study.enqueue_trial({"lr": 0.01})
    pair = optuna.create_study(study_name="two", storage=storage, directions=["minimize", "maximize"])
    pair.set_metric_names(["loss", "accuracy"])
    pair.optimize(two, n_trials=20)
    print(json.dumps({study.study_name: facts(study) for study in (study, pair)}))


main(sys.argv[1])
