"""Prints the studies of an Optuna storage as lines of JSON, which `chimney import optuna` reads.

Usage: python optuna_study.py STORAGE [STUDY]

STORAGE is what optuna.load_study takes (sqlite:///study.db, postgresql://…), or the path of a journal file. For each study a line
{"sweep": CONFIG, "skipped": {STATE: COUNT}, "trials": COUNT}, then a line {"trial": TRIAL} for each ended trial, in the order of their
numbers. A refusal is a line {"error": TEXT}.
"""
import json
import math
import os
import sys
from datetime import timezone


def refuse(text):
    print(json.dumps({"error": text}))
    sys.exit(0)


try:
    import optuna
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
    from optuna.trial import TrialState
except ImportError as error:
    refuse(f"this Python has no Optuna ({error}); name the Python that has it with --python")

STATES = {TrialState.COMPLETE: "finished", TrialState.PRUNED: "stopped", TrialState.FAIL: "failed"}
MAX_VALUES = 1000


def open_storage(name):
    if "://" in name:
        return optuna.storages.get_storage(name)
    if not os.path.exists(name):
        refuse(f"{name} is neither a file nor the URL of a storage, such as sqlite:///study.db")
    with open(name, "rb") as file:
        if file.read(15) == b"SQLite format 3":
            return optuna.storages.get_storage("sqlite:///" + os.path.abspath(name))
    from optuna.storages.journal import JournalFileBackend

    return optuna.storages.JournalStorage(JournalFileBackend(name))


def exact(value):
    """JSON has no NaN and no infinities; the service reads them as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {str(key): exact(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [exact(each) for each in value]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return repr(value)


def merged(name, distributions):
    """One distribution that has the values of all: Optuna lets the range of a parameter change from trial to trial."""
    first = distributions[0]
    if any(type(one) is not type(first) for one in distributions):
        refuse(f"parameter {name} has numbers in some trials and categories in others; a sweep has one kind")
    if isinstance(first, CategoricalDistribution):
        choices = []
        for one in distributions:
            choices += [c for c in one.choices if not any(c is d or (type(c) is type(d) and c == d) for d in choices)]
        return CategoricalDistribution(choices)
    low, high = min(one.low for one in distributions), max(one.high for one in distributions)
    logarithmic = all(one.log for one in distributions)
    steps = {(one.step, one.low % one.step if one.step else 0) for one in distributions}
    step = first.step if len(steps) == 1 else (1 if isinstance(first, IntDistribution) else None)
    return type(first)(low, high, log=logarithmic, step=step)


def parameter(distribution, given):
    """`given`: values of the trials. Those of a step, such as 0.30000000000000004, stand for their multiple."""
    if isinstance(distribution, CategoricalDistribution):
        return {"values": [exact(choice) for choice in distribution.choices]}
    low, high, step = distribution.low, distribution.high, distribution.step
    if low == high:
        return {"value": low}
    whole = isinstance(distribution, IntDistribution)
    if step is not None and not (whole and step == 1):
        count = int(math.floor((high - low) / step + 1e-9)) + 1
        if count <= MAX_VALUES:
            as_given = {round((value - low) / step): value for value in given}
            return {"values": [as_given.get(i, low + step * i if whole else round(low + step * i, 12)) for i in range(count)]}
        if not whole:
            return {"distribution": "uniform", "min": low, "max": high}
    if distribution.log:
        if whole:
            return {"distribution": "q_log_uniform_values", "q": 1, "min": low, "max": high}
        return {"distribution": "log_uniform_values", "min": low, "max": high}
    return {"distribution": "int_uniform" if whole else "uniform", "min": low, "max": high}


def conditions(trials, names):
    """For each parameter that some trials lack: a categorical parameter whose value decides whether it is there."""
    found = {}
    for name in names:
        having = [name in trial.params for trial in trials]
        if all(having):
            continue
        for other in names:
            kinds = [trial.distributions.get(other) for trial in trials]
            if other == name or not all(isinstance(kind, CategoricalDistribution) for kind in kinds):
                continue
            yes = [t.params[other] for t, has in zip(trials, having) if has]
            no = [t.params[other] for t, has in zip(trials, having) if not has]
            if not any(value in no for value in yes):
                values = list(dict.fromkeys(exact(value) for value in yes))
                found[name] = {other: values if len(values) > 1 else values[0]}
                break
        else:
            lacking = having.count(False)
            refuse(
                f"parameter {name} is missing in {lacking} of {len(trials)} trials, and no categorical parameter that all trials "
                "have decides where; a sweep needs one"
            )
    return found


def metrics_of(study):
    goals = [direction.name.lower() for direction in study.directions]
    names = study.metric_names or (["value"] if len(goals) == 1 else [f"value_{i}" for i in range(len(goals))])
    return [{"name": name, "goal": goal} for name, goal in zip(names, goals)]


def trial_line(study, trial, metrics):
    names = [metric["name"] for metric in metrics]
    points = [
        {"step": step, "values": {names[0]: exact(value)}}
        for step, value in sorted(trial.intermediate_values.items())
        if step >= 0
    ]
    line = {
        "params": {name: exact(value) for name, value in trial.params.items()},
        "state": STATES[trial.state],
        "points": points,
        "source": f"trial {trial.number} of the Optuna study {study.study_name}"[:200],
        "config": {"optuna": exact({"number": trial.number, "user_attrs": trial.user_attrs})},
    }
    if trial.values is not None:
        line["summary"] = {name: exact(value) for name, value in zip(names, trial.values)}
    reason = trial.system_attrs.get("fail_reason")
    if reason:
        line["reason"] = str(reason)[:2000]
    for key, at in (("started_at", trial.datetime_start), ("ended_at", trial.datetime_complete)):
        if at is not None:
            line[key] = at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return line


def print_study(study):
    everything = study.get_trials(deepcopy=False)
    trials, skipped = [], {}
    for trial in everything:
        reason = trial.state.name.lower() if trial.state not in STATES else None if trial.params else "without parameters"
        if reason is None:
            trials.append(trial)
        else:
            skipped[reason] = skipped.get(reason, 0) + 1
    names = sorted({name for trial in trials for name in trial.params})
    seen = {name: [t.distributions[name] for t in trials if name in t.distributions] for name in names}
    switched = conditions(trials, names)
    parameters = {}
    for name in names:
        parameters[name] = parameter(merged(name, seen[name]), [t.params[name] for t in trials if name in t.params])
        if name in switched:
            parameters[name]["when"] = switched[name]
    metrics = metrics_of(study)
    config = {"name": study.study_name, "parameters": parameters}
    config.update({"metric": metrics[0]} if len(metrics) == 1 else {"metrics": metrics})
    print(json.dumps({"sweep": config, "trials": len(trials), "skipped": skipped}))
    for trial in trials:
        print(json.dumps({"trial": trial_line(study, trial, metrics)}))


def main(storage_name, study_name=None):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = open_storage(storage_name)
    names = [study_name] if study_name else optuna.get_all_study_names(storage)
    if not names:
        refuse(f"{storage_name} has no study")
    for name in names:
        try:
            study = optuna.load_study(study_name=name, storage=storage)
        except KeyError:
            others = ", ".join(optuna.get_all_study_names(storage)) or "none"
            refuse(f"{storage_name} has no study {name}; it has: {others}")
        print_study(study)


if __name__ == "__main__":
    main(*sys.argv[1:])
