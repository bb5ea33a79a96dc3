"""Other optimisers on the problems of the search benchmark. rivals.ts starts it and tells it the losses, so that all see the same numbers.

One JSON value per line. In: {"rival", "seed", "budget", "parallel", "parameters"} begins a search, `parameters` as in a W&B sweep
config. Out: {"params"} for each trial, `parallel` of them before their losses are read. In: {"loss"} for each, in order; null for a
trial without one. {"rival": null} in the first place asks for the versions of what is installed.

Optuna gets numbers in a list as places in it, for it has no other way to be told their order.
"""

import json
import sys
import warnings
from importlib.metadata import PackageNotFoundError, version

warnings.simplefilter("ignore")

PACKAGES = {"optuna-tpe": "optuna", "optuna-gp": "optuna", "wandb-bayes": "sweeps"}


def say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def hear():
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def versions():
    found = {}
    for rival, package in PACKAGES.items():
        try:
            found[rival] = f"{package} {version(package)}"
        except PackageNotFoundError:
            pass
    return found


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def optuna_param(trial, name, spec):
    if "values" in spec:
        values = spec["values"]
        if len(values) > 2 and all(map(is_number, values)):
            values = sorted(values)
            return values[trial.suggest_int(name, 0, len(values) - 1)]
        return trial.suggest_categorical(name, values)
    low, high = spec["min"], spec["max"]
    kind = spec.get("distribution", "int_uniform" if isinstance(low, int) and isinstance(high, int) else "uniform")
    if kind == "int_uniform":
        return trial.suggest_int(name, low, high)
    if kind == "log_uniform_values":
        return trial.suggest_float(name, low, high, log=True)
    if kind == "q_uniform":
        return trial.suggest_float(name, low, high, step=spec["q"])
    return trial.suggest_float(name, low, high)


def optuna_params(trial, parameters):
    params = {}
    # Those that decide about others come first.
    for name, spec in sorted(parameters.items(), key=lambda item: "when" in item[1]):
        if all(params.get(other) in values for other, values in spec.get("when", {}).items()):
            params[name] = optuna_param(trial, name, spec)
    return params


def with_optuna(search):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if search["rival"] == "optuna-gp":
        import torch

        torch.set_num_threads(1)
        sampler = optuna.samplers.GPSampler(seed=search["seed"])
    else:
        sampler = optuna.samplers.TPESampler(seed=search["seed"])
    study = optuna.create_study(sampler=sampler)
    done = 0
    while done < search["budget"]:
        trials = []
        for _ in range(min(search["parallel"], search["budget"] - done)):
            trials.append(study.ask())
            say({"params": optuna_params(trials[-1], search["parameters"])})
        for trial in trials:
            loss = hear()["loss"]
            if loss is None:
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
            else:
                study.tell(trial, loss)
        done += len(trials)


def with_wandb(search):
    import numpy
    import sweeps

    numpy.random.seed(search["seed"])
    # It knows no conditions: every parameter always exists, and those that do not count are left out of what is said.
    plain = {name: {key: one for key, one in spec.items() if key != "when"} for name, spec in search["parameters"].items()}
    config = {"method": "bayes", "metric": {"name": "loss", "goal": "minimize"}, "parameters": plain}
    runs = []
    while len(runs) < search["budget"]:
        begun = []
        for _ in range(min(search["parallel"], search["budget"] - len(runs))):
            run = sweeps.next_run(config, runs)
            run.state = "running"
            runs.append(run)
            begun.append(run)
            params = {name: one["value"] for name, one in run.config.items()}
            for name, spec in search["parameters"].items():
                if any(params.get(other) not in values for other, values in spec.get("when", {}).items()):
                    params.pop(name)
            say({"params": params})
        for run in begun:
            loss = hear()["loss"]
            run.summary_metrics = {} if loss is None else {"loss": loss}
            run.history = [] if loss is None else [{"loss": loss}]
            run.state = "failed" if loss is None else "finished"


def main():
    while (search := hear()) is not None:
        if search["rival"] is None:
            say(versions())
        elif search["rival"] == "wandb-bayes":
            with_wandb(search)
        else:
            with_optuna(search)


main()
