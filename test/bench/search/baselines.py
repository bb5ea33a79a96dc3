"""Other optimizers on the problems of the search benchmark. baselines.ts starts this process and evaluates the losses.

The protocol has one JSON value per line. In: {"baseline", "seed", "budget", "parallel", "parameters"} starts a search; `parameters` as in a
W&B sweep config. Out: {"params"} for each trial of a batch of `parallel` trials. In: {"loss", "slacks"} for each, in order; null for a trial without
a loss; constraints hold where slacks are at most 0. In: {"baseline": null}. Out: the versions of the installed baselines.

A list of numbers is an integer parameter (the index) for Optuna, which has no ordered categories.
"""

import json
import sys
import warnings
from importlib.metadata import PackageNotFoundError, version

warnings.simplefilter("ignore")

PACKAGES = {
    "optuna-tpe": "optuna",
    "optuna-gp": "optuna",
    "optuna-cmaes": "optuna",
    "wandb-bayes": "sweeps",
    "ax": "ax-platform",
    "hebo": "HEBO",
}


# Libraries print to stdout, which is the protocol's: they get stderr instead.
PIPE, sys.stdout = sys.stdout, sys.stderr


def send(message):
    PIPE.write(json.dumps(message) + "\n")
    PIPE.flush()


def receive():
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def versions():
    found = {}
    for baseline, package in PACKAGES.items():
        try:
            found[baseline] = f"{package} {version(package)}"
        except PackageNotFoundError:
            pass
    return found


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def kind_of(spec):
    """The distribution of a range."""
    both_int = isinstance(spec["min"], int) and isinstance(spec["max"], int)
    return spec.get("distribution", "int_uniform" if both_int else "uniform")


def ordered(spec):
    """The sorted values of a list of more than two numbers; None for any other parameter."""
    values = spec.get("values", ())
    return sorted(values) if len(values) > 2 and all(map(is_number, values)) else None


def steps_of(spec):
    """Number of steps in a quantized range."""
    return round((spec["max"] - spec["min"]) / spec["q"])


def active(params, parameters):
    """Removes parameters whose conditions do not hold, for optimizers without conditional parameters."""
    kept = dict(params)
    for name, spec in parameters.items():
        if any(params.get(other) not in values for other, values in spec.get("when", {}).items()):
            kept.pop(name)
    return kept


def optuna_param(trial, name, spec):
    if (values := ordered(spec)) is not None:
        return values[trial.suggest_int(name, 0, len(values) - 1)]
    if "values" in spec:
        return trial.suggest_categorical(name, spec["values"])
    low, high, kind = spec["min"], spec["max"], kind_of(spec)
    if kind == "int_uniform":
        return trial.suggest_int(name, low, high)
    if kind == "log_uniform_values":
        return trial.suggest_float(name, low, high, log=True)
    if kind == "q_uniform":
        return trial.suggest_float(name, low, high, step=spec["q"])
    return trial.suggest_float(name, low, high)


def optuna_params(trial, parameters):
    params = {}
    # Parameters without conditions come first: conditions refer to them.
    for name, spec in sorted(parameters.items(), key=lambda item: "when" in item[1]):
        if all(params.get(other) in values for other, values in spec.get("when", {}).items()):
            params[name] = optuna_param(trial, name, spec)
    return params


def with_optuna(search):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    options = {"seed": search["seed"]}
    if search["constrained"]:
        options["constraints_func"] = lambda trial: trial.user_attrs["slacks"]
    if search["baseline"] == "optuna-gp":
        import torch

        torch.set_num_threads(1)
        sampler = optuna.samplers.GPSampler(**options)
    elif search["baseline"] == "optuna-cmaes":
        sampler = optuna.samplers.CmaEsSampler(seed=search["seed"])
    else:
        sampler = optuna.samplers.TPESampler(**options)
    study = optuna.create_study(sampler=sampler)
    done = 0
    while done < search["budget"]:
        trials = []
        for _ in range(min(search["parallel"], search["budget"] - done)):
            trials.append(study.ask())
            send({"params": optuna_params(trials[-1], search["parameters"])})
        for trial in trials:
            result = receive()
            loss = result["loss"]
            trial.set_user_attr("slacks", result["slacks"])
            if loss is None:
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
            else:
                study.tell(trial, loss)
        done += len(trials)


def with_wandb(search):
    import numpy
    import sweeps

    numpy.random.seed(search["seed"])
    # No conditional parameters: all are searched, and inactive ones are removed before the point is sent.
    plain = {name: {key: one for key, one in spec.items() if key != "when"} for name, spec in search["parameters"].items()}
    config = {"method": "bayes", "metric": {"name": "loss", "goal": "minimize"}, "parameters": plain}
    runs = []
    while len(runs) < search["budget"]:
        batch = []
        for _ in range(min(search["parallel"], search["budget"] - len(runs))):
            run = sweeps.next_run(config, runs)
            run.state = "running"
            runs.append(run)
            batch.append(run)
            params = {name: one["value"] for name, one in run.config.items()}
            send({"params": active(params, search["parameters"])})
        for run in batch:
            loss = receive()["loss"]
            run.summary_metrics = {} if loss is None else {"loss": loss}
            run.history = [] if loss is None else [{"loss": loss}]
            run.state = "failed" if loss is None else "finished"


def ax_parameter(name, spec):
    from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig

    if "values" in spec:
        values = ordered(spec) or spec["values"]
        kind = "float" if all(map(is_number, values)) else "str"
        values = [float(value) for value in values] if kind == "float" else values
        return ChoiceParameterConfig(name=name, parameter_type=kind, values=values, is_ordered=ordered(spec) is not None)
    bounds, kind = (spec["min"], spec["max"]), kind_of(spec)
    if kind == "int_uniform":
        return RangeParameterConfig(name=name, parameter_type="int", bounds=bounds)
    if kind == "log_uniform_values":
        return RangeParameterConfig(name=name, parameter_type="float", bounds=bounds, scaling="log")
    step = spec["q"] if kind == "q_uniform" else None
    return RangeParameterConfig(name=name, parameter_type="float", bounds=bounds, step_size=step)


def with_ax(search):
    import logging

    logging.disable(logging.CRITICAL)
    import torch
    from ax.api.client import Client

    torch.set_num_threads(1)
    parameters = search["parameters"]
    client = Client(random_seed=search["seed"])
    client.configure_experiment(parameters=[ax_parameter(name, spec) for name, spec in parameters.items()])
    client.configure_optimization(objective="-loss")
    # Ax returns floats: maps them back to the values of the list.
    named = {name: {float(value): value for value in values} for name, spec in parameters.items() if (values := ordered(spec))}
    done = 0
    while done < search["budget"]:
        trials = client.get_next_trials(max_trials=min(search["parallel"], search["budget"] - done))
        if not trials:
            raise RuntimeError("Ax returned no trial")
        for point in trials.values():
            params = {name: named.get(name, {}).get(value, value) for name, value in point.items()}
            send({"params": active(params, parameters)})
        for index in trials:
            loss = receive()["loss"]
            if loss is None:
                client.mark_trial_failed(index)
            else:
                client.complete_trial(index, raw_data={"loss": loss})
        done += len(trials)


def hebo_parameter(name, spec):
    if (values := ordered(spec)) is not None:
        return {"name": name, "type": "int", "lb": 0, "ub": len(values) - 1}
    if "values" in spec:
        return {"name": name, "type": "cat", "categories": spec["values"]}
    kind = kind_of(spec)
    if kind == "q_uniform":
        return {"name": name, "type": "int", "lb": 0, "ub": steps_of(spec)}
    kind = {"int_uniform": "int", "log_uniform_values": "pow"}.get(kind, "num")
    return {"name": name, "type": kind, "lb": spec["min"], "ub": spec["max"]}


def hebo_value(spec, value):
    if (values := ordered(spec)) is not None:
        return values[int(value)]
    if "values" in spec:
        return next(one for one in spec["values"] if one == value)
    kind = kind_of(spec)
    if kind == "q_uniform":
        return spec["min"] + spec["q"] * int(value)
    return int(value) if kind == "int_uniform" else float(value)


def with_hebo(search):
    import numpy
    import torch
    from hebo.design_space.design_space import DesignSpace
    from hebo.optimizers.hebo import HEBO

    torch.set_num_threads(1)
    numpy.random.seed(search["seed"])
    torch.manual_seed(search["seed"])
    parameters = search["parameters"]
    space = DesignSpace().parse([hebo_parameter(name, spec) for name, spec in parameters.items()])
    optimizer = HEBO(space, scramble_seed=search["seed"])
    done = 0
    while done < search["budget"]:
        points = optimizer.suggest(n_suggestions=min(search["parallel"], search["budget"] - done))
        for _, point in points.iterrows():
            params = {name: hebo_value(spec, point[name]) for name, spec in parameters.items()}
            send({"params": active(params, parameters)})
        losses = [receive()["loss"] for _ in range(len(points))]
        # HEBO cannot record a trial without a loss.
        valid = [i for i, loss in enumerate(losses) if loss is not None]
        if valid:
            optimizer.observe(points.iloc[valid], numpy.array([[losses[i]] for i in valid]))
        done += len(points)


SEARCHES = {"wandb-bayes": with_wandb, "ax": with_ax, "hebo": with_hebo}


def main():
    while (search := receive()) is not None:
        if search["baseline"] is None:
            send(versions())
        else:
            SEARCHES.get(search["baseline"], with_optuna)(search)


main()
