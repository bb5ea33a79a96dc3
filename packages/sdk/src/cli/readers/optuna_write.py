"""Writes a study into an Optuna storage, from lines of JSON on standard input: python optuna_write.py STORAGE

First {"study": NAME, "metrics": [{"name", "goal"}], "parameters": CONFIG}, then a line for each trial: {"state", "params", "values",
"points": [[STEP, VALUE]], "user_attrs", "started_at", "ended_at"}. Prints {"trials": COUNT} or {"error": TEXT}.
"""
import json
import os
import sys
from datetime import datetime


def refuse(text):
    print(json.dumps({"error": text}))
    sys.exit(0)


try:
    import optuna
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
    from optuna.trial import TrialState
except ImportError as error:
    refuse(f"this Python has no Optuna ({error}); name the Python that has it with --python")

STATES = {"finished": TrialState.COMPLETE, "stopped": TrialState.PRUNED}
SIMPLE = (str, bool, int, float, type(None))


def open_storage(name):
    if "://" in name:
        return optuna.storages.get_storage(name)
    if name.endswith((".db", ".sqlite", ".sqlite3")):
        return optuna.storages.get_storage("sqlite:///" + os.path.abspath(name))
    from optuna.storages.journal import JournalFileBackend

    return optuna.storages.JournalStorage(JournalFileBackend(name))


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def of_values(values):
    """Numbers at equal distances are a range with a step."""
    if len(values) > 2 and all(is_number(value) for value in values):
        step = values[1] - values[0]
        if step > 0 and all(abs(values[0] + step * i - value) < 1e-9 * max(1, abs(value)) for i, value in enumerate(values)):
            if all(isinstance(value, int) for value in values):
                return IntDistribution(values[0], values[-1], step=step)
            return FloatDistribution(values[0], values[-1], step=round(step, 12))
    return CategoricalDistribution([value if isinstance(value, SIMPLE) else json.dumps(value) for value in values])


def of_parameter(config, given):
    if "value" in config:
        return of_values([config["value"]])
    if "values" in config:
        return of_values(config["values"])
    kind, low, high = config.get("distribution"), config.get("min"), config.get("max")
    if kind is None:
        kind = "int_uniform" if isinstance(low, int) and isinstance(high, int) else "uniform"
    whole = all(isinstance(value, int) for value in given) and config.get("q", 1) == 1
    if kind == "int_uniform" or (whole and kind == "q_uniform"):
        return IntDistribution(int(low), int(high))
    if whole and kind == "q_log_uniform_values":
        return IntDistribution(int(low), int(high), log=True)
    if kind in ("log_uniform_values", "inv_log_uniform_values", "q_log_uniform_values"):
        return FloatDistribution(low, high, log=True)
    if kind in ("uniform", "q_uniform"):
        return FloatDistribution(low, high)
    # Normal distributions and others have no range, or give it in another form.
    return FloatDistribution(min(given), max(given))


def time_of(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone().replace(tzinfo=None)


def trial_of(line, distributions):
    params = {name: value if isinstance(value, SIMPLE) else json.dumps(value) for name, value in line["params"].items()}
    values = line.get("values")
    state = STATES.get(line["state"], TrialState.FAIL)
    if state == TrialState.COMPLETE and values is None:
        state = TrialState.FAIL
    trial = optuna.trial.create_trial(
        state=state,
        values=None if state == TrialState.FAIL else values,
        params=params,
        distributions={name: distributions[name] for name in params},
        intermediate_values={step: value for step, value in line["points"]},
        user_attrs=line["user_attrs"],
    )
    trial.datetime_start, trial.datetime_complete = time_of(line["started_at"]), time_of(line["ended_at"])
    return trial


def main(storage_name):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    head = json.loads(sys.stdin.readline())
    lines = [json.loads(text) for text in sys.stdin]
    storage = open_storage(storage_name)
    name, metrics = head["study"], head["metrics"]
    if name in optuna.get_all_study_names(storage):
        refuse(f"{storage_name} has a study {name} already; name another one with --study")
    distributions = {
        key: of_parameter(config, [line["params"][key] for line in lines if key in line["params"]])
        for key, config in head["parameters"].items()
        if any(key in line["params"] for line in lines)
    }
    trials = [trial_of(line, distributions) for line in lines]
    study = optuna.create_study(study_name=name, storage=storage, directions=[one["goal"] for one in metrics])
    study.set_metric_names([one["name"] for one in metrics])
    study.add_trials(trials)
    print(json.dumps({"trials": len(study.trials)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
