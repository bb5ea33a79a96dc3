"""Writes wandb_sweeps.golden.json: what W&B's sweep engine does with many sweep configs.

The engine is the PyPI package `sweeps`, version 0.2.0. Run once, by hand:

    python -m venv venv && venv/bin/pip install sweeps==0.2.0 numpy scipy
    venv/bin/python test/golden/wandb_sweeps.py > test/golden/wandb_sweeps.golden.json

Configs are kept as JSON text, so that 1 and 1.0 stay apart for every reader.
"""

import copy
import json
import sys
import warnings

warnings.simplefilter("ignore")
import numpy as np  # noqa: E402
import scipy.stats as stats  # noqa: E402
from importlib.metadata import version  # noqa: E402
from sweeps.config.cfg import schema_violations_from_proposed_config  # noqa: E402
from sweeps.grid_search import grid_search_next_runs  # noqa: E402
from sweeps.params import HyperParameter  # noqa: E402

assert version("sweeps") == "0.2.0"


def values(*items):
    return {"values": list(items)}


def q_uniform(low, high, **more):
    return {"distribution": "q_uniform", "min": low, "max": high, **more}


GRIDS = [
    {"a": values(1, 2, 3)},
    {"b": values(1, 2), "a": values("x", "y", "z")},
    {"z": values(1, 2), "a": values(3, 4), "m": values(5, 6)},
    {"a": values(1, 1, 2)},
    {"a": values(2, 1, 2, 3, 1), "b": values(0, 0)},
    {"a": values(3, 1, 2)},
    {"a": values(1, "1", True, None)},
    {"a": values("b", "a"), "b": {"value": 7}},
    {"a": {"value": 1}, "b": {"value": "x"}, "c": values(1, 2)},
    {"a": values([1, 2], [3]), "b": values({"k": 1}, {"k": 2})},
    {"a": values({"x": 1, "y": 2}, {"y": 2, "x": 1}, {"x": 2})},
    {"a": values([], {}, "", 0, False)},
    {"n": {"min": 1, "max": 4}},
    {"n": {"min": -2, "max": 2}, "m": values(0, 1)},
    {"n": {"distribution": "int_uniform", "min": 0, "max": 1}},
    {"q": q_uniform(0, 10, q=2)},
    {"q": q_uniform(0, 9, q=2)},
    {"q": q_uniform(0.0, 1.0, q=0.25)},
    {"q": q_uniform(0.0, 0.3, q=0.1)},
    {"q": q_uniform(1, 1.3, q=0.1)},
    {"q": q_uniform(0, 5)},
    {"q": q_uniform(0, 4.5)},
    {"q": q_uniform(0.5, 3.7, q=1)},
    {"q": q_uniform(-1.0, 1.0, q=0.3)},
    {"q": q_uniform(10, 100, q=7), "a": values(1, 2)},
    {"q": q_uniform(0.1, 0.9, q=0.2)},
    {"q": q_uniform(0, 1, q=5)},
    {"optimizer": {"parameters": {"lr": values(0.1, 0.01), "momentum": values(0, 0.9)}}, "batch": values(16, 32)},
    {"a": {"parameters": {"z": values(1, 2), "b": {"parameters": {"d": values(3, 4), "c": values(5, 6)}}}}, "b": values(7, 8)},
    {"a-b": values(1, 2), "a": {"parameters": {"x": values(3, 4)}}, "a.c": values(5, 6)},
    {"B": values(1, 2), "a": values(3, 4), "_c": values(5, 6), "A1": values(7, 8), "A": values(9, 10)},
    {"a10": values(1, 2), "a9": values(3, 4), "a": values(5, 6)},
    {"a": {"distribution": "categorical", "values": [1e-4, 1e5, 0.1]}},
    {"a": {"distribution": "constant", "value": None}, "b": values(False, True)},
    {"a": values(0.1, 0.2), "b": {"min": 0, "max": 1}, "c": q_uniform(0, 2, q=1), "d": {"value": [1, 2]}},
    {"a": values(*range(30)), "b": values(*"abcdefghij")},
    {"x": {"parameters": {"k": {"value": 1}}}, "y": values(1, 2)},
    {"a": values("ä", "z", "😀")},
]


def grid(parameters):
    config = {"method": "grid", "parameters": parameters}
    runs, cells = [], []
    while True:
        batch = grid_search_next_runs(runs, copy.deepcopy(config), n=400)
        for run in batch:
            if run is not None:
                cells.append({name: entry["value"] for name, entry in run.config.items()})
        if batch[-1] is None:
            break
        raise SystemExit("a grid larger than 400")
    return {"config": json.dumps(config), "cells": json.dumps(cells)}


# None of them is a boundary between two values of a discrete distribution, where either value is correct.
U = [0.0013, 0.0107, 0.0531, 0.1019, 0.2003, 0.2511, 0.3007, 0.4013, 0.5003]
U += [0.5519, 0.6011, 0.7019, 0.7523, 0.8009, 0.9011, 0.9533, 0.9917, 0.9993]

QUANTILES = [
    {"values": ["a", "b", "c", "d", "e"]},
    {"values": ["a", "b", "c"], "probabilities": [0.2, 0.5, 0.3]},
    {"values": [1, 2, 3], "probabilities": [0.0, 1.0, 0.0]},
    {"min": 1, "max": 6},
    {"min": -50, "max": 50},
    {"min": 0.0, "max": 1.0},
    {"min": -3.5, "max": 1e6},
    {"distribution": "uniform", "min": 0, "max": 10},
    {"distribution": "log_uniform", "min": -5, "max": 2},
    {"distribution": "log_uniform", "min": -9.21, "max": -2.3},
    {"distribution": "log_uniform_values", "min": 1e-5, "max": 0.1},
    {"distribution": "inv_log_uniform", "min": -2, "max": 5},
    {"distribution": "inv_log_uniform", "min": 1, "max": 3},
    {"distribution": "inv_log_uniform_values", "min": 1e-3, "max": 10},
    {"distribution": "normal"},
    {"distribution": "normal", "mu": -3, "sigma": 0.25},
    {"distribution": "log_normal"},
    {"distribution": "log_normal", "mu": 2, "sigma": 0.5},
    {"distribution": "beta"},
    {"distribution": "beta", "a": 2, "b": 5},
    {"distribution": "beta", "a": 0.5, "b": 0.5},
    {"distribution": "beta", "a": 30, "b": 3},
    {"distribution": "q_uniform", "min": 0, "max": 10, "q": 3},
    {"distribution": "q_uniform", "min": 0.5, "max": 9.75, "q": 0.5},
    {"distribution": "q_uniform", "min": -4, "max": 7},
    {"distribution": "q_log_uniform", "min": 0, "max": 6, "q": 4},
    {"distribution": "q_log_uniform", "min": 0, "max": 3},
    {"distribution": "q_log_uniform_values", "min": 1, "max": 1000, "q": 10},
    {"distribution": "q_log_uniform_values", "min": 0.01, "max": 1, "q": 0.05},
    {"distribution": "q_normal", "mu": 0, "sigma": 10, "q": 2},
    {"distribution": "q_normal"},
    {"distribution": "q_log_normal", "mu": 3, "sigma": 1, "q": 5},
    {"distribution": "q_log_normal"},
    {"distribution": "q_beta", "a": 2, "b": 3, "q": 0.1},
    {"distribution": "q_beta", "q": 0.25},
    {"value": "fixed"},
]


def plain(value):
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.item()
    return value


def quantiles(parameter):
    hyper = HyperParameter("x", copy.deepcopy(parameter))
    # numpy rounds half to even and returns q's type; an array with one element behaves as in sampling.
    return {
        "parameter": json.dumps(parameter),
        "values": json.dumps([plain(hyper.ppf(u if hyper.type.startswith("param_cat") else np.float64(u))) for u in U]),
    }


def with_parameter(parameter, **more):
    return {"method": "random", "parameters": {"a": parameter}, **more}


OK = {"value": 1}
SCHEMAS = [
    with_parameter(OK),
    with_parameter({"value": None}),
    with_parameter({"values": [1]}),
    with_parameter({"values": []}),
    with_parameter({"values": 3}),
    with_parameter({"values": [1, 2], "distribution": "categorical"}),
    with_parameter({"values": [1, 2], "probabilities": [0.5, 0.5]}),
    with_parameter({"values": [1, 2], "probabilities": [0.5, 0.6]}),
    with_parameter({"values": [1, 2], "probabilities": [0.5]}),
    with_parameter({"values": [1, 2], "probabilities": [-0.5, 1.5]}),
    with_parameter({"values": [1, 2], "probabilities": [1, 0]}),
    with_parameter({"values": [1, 2], "min": 0}),
    with_parameter({"min": 1, "max": 3}),
    with_parameter({"min": 1.0, "max": 3}),
    with_parameter({"min": 1, "max": 3.5}),
    with_parameter({"min": 3, "max": 1}),
    with_parameter({"min": 1, "max": 1}),
    with_parameter({"min": 1}),
    with_parameter({"max": 1.0}),
    with_parameter({"min": "1", "max": "3"}),
    with_parameter({"min": 0, "max": 1, "q": 1}),
    with_parameter({"distribution": "uniform", "min": 0, "max": 1}),
    with_parameter({"distribution": "uniform", "min": 0, "max": 1, "q": 0.1}),
    with_parameter({"distribution": "uniform"}),
    with_parameter({"distribution": "int_uniform", "min": 0, "max": 4}),
    with_parameter({"distribution": "int_uniform", "min": 0.5, "max": 4}),
    with_parameter({"distribution": "log_uniform", "min": -3, "max": 1}),
    with_parameter({"distribution": "log_uniform_values", "min": 0.001, "max": 1}),
    with_parameter({"distribution": "log_uniform_values", "min": 0, "max": 1}),
    with_parameter({"distribution": "log_uniform_values", "min": -1, "max": 1}),
    with_parameter({"distribution": "inv_log_uniform", "min": -3, "max": 1}),
    with_parameter({"distribution": "inv_log_uniform_values", "min": 0.1, "max": 1}),
    with_parameter({"distribution": "q_log_uniform", "min": 0, "max": 3}),
    with_parameter({"distribution": "q_log_uniform_values", "min": 1, "max": 30, "q": 2}),
    with_parameter({"distribution": "q_uniform", "min": 0, "max": 10}),
    with_parameter({"distribution": "q_uniform", "min": 0, "max": 10, "q": 0}),
    with_parameter({"distribution": "q_uniform", "min": 0, "max": 10, "q": -1}),
    with_parameter({"distribution": "normal"}),
    with_parameter({"distribution": "normal", "mu": 1, "sigma": 0}),
    with_parameter({"distribution": "normal", "sigma": -1}),
    with_parameter({"distribution": "normal", "mu": "x"}),
    with_parameter({"distribution": "log_normal", "mu": 1}),
    with_parameter({"distribution": "q_normal", "q": 2}),
    with_parameter({"distribution": "q_log_normal", "mu": 1, "sigma": 2, "q": 0.5}),
    with_parameter({"distribution": "beta"}),
    with_parameter({"distribution": "beta", "a": 2, "b": 0.5}),
    with_parameter({"distribution": "beta", "a": -1}),
    with_parameter({"distribution": "q_beta", "q": 0.1}),
    with_parameter({"distribution": "constant", "value": 3}),
    with_parameter({"distribution": "constant"}),
    with_parameter({"distribution": "gaussian"}),
    with_parameter({"distribution": "categorical"}),
    with_parameter({}),
    with_parameter({"parameters": {"b": {"values": [1, 2]}}}),
    with_parameter({"parameters": {"b": {"parameters": {"c": {"min": 0.0, "max": 1.0}}}}}),
    with_parameter({"parameters": {}}),
    with_parameter({"parameters": {"b": {"values": [1]}}, "value": 1}),
    {"method": "random", "parameters": {}},
    {"method": "random"},
    {"parameters": {"a": OK}},
    {"method": "simulated_annealing", "parameters": {"a": OK}},
    {"method": "random", "parameters": {"a b": OK}},
    {"method": "random", "parameters": {"a.b-c_d": OK}},
    {"method": "random", "parameters": {"1a": OK}},
    {"method": "bayes", "metric": {"name": "loss"}, "parameters": {"a": {"min": 0.0, "max": 1.0}}},
    {"method": "grid", "parameters": {"a": {"values": [1, 2]}}},
    with_parameter(OK, metric={"name": "loss", "goal": "maximize", "target": 0.9}),
    with_parameter(OK, metric={"goal": "minimize"}),
    with_parameter(OK, metric={"name": "loss", "goal": "smaller"}),
    with_parameter(OK, metric={"name": "loss", "impute": "mean"}),
    with_parameter(OK, metric={"name": "loss", "unit": "bits"}),
    with_parameter(OK, metric={"name": 3}),
    with_parameter(OK, metric="loss"),
    with_parameter(OK, metric={"name": "l"}, early_terminate={"type": "hyperband", "min_iter": 3}),
    with_parameter(OK, metric={"name": "l"}, early_terminate={"type": "hyperband", "max_iter": 27, "s": 2, "eta": 3}),
    with_parameter(OK, metric={"name": "l"}, early_terminate={"type": "hyperband", "max_iter": 27}),
    with_parameter(OK, metric={"name": "l"}, early_terminate={"type": "hyperband"}),
    with_parameter(OK, metric={"name": "l"}, early_terminate={"type": "hyperband", "min_iter": 0}),
    with_parameter(OK, metric={"name": "l"}, early_terminate={"type": "hyperband", "min_iter": 2.5}),
    with_parameter(OK, metric={"name": "l"}, early_terminate={"type": "hyperband", "min_iter": 3, "eta": 1}),
    with_parameter(OK, metric={"name": "l"}, early_terminate={"min_iter": 3}),
    with_parameter(OK, metric={"name": "l"}, early_terminate={"type": "envelope", "min_iter": 3}),
    with_parameter(OK, program="train.py", command=["${env}", "python"], name="n", description="d"),
    with_parameter(OK, program=3),
    with_parameter(OK, command="python train.py"),
    with_parameter(OK, kind="sweep", apiVersion="1", entity="e", project="p"),
    with_parameter(OK, controller={"type": "cloud"}),
    with_parameter(OK, controller={"type": "remote"}),
    with_parameter(OK, something=1),
]


def schema(config):
    try:
        violations = schema_violations_from_proposed_config(copy.deepcopy(config))
    except Exception as error:  # the engine raises for configs that it cannot validate
        violations = [f"{type(error).__name__}: {error}"]
    return {"config": json.dumps(config), "accepted": len(violations) == 0}


json.dump(
    {
        "made_by": "test/golden/wandb_sweeps.py with PyPI sweeps 0.2.0",
        "grids": [grid(parameters) for parameters in GRIDS],
        "u": U,
        "quantiles": [quantiles(parameter) for parameter in QUANTILES],
        "schemas": [schema(config) for config in SCHEMAS],
        "normal": [[u, stats.norm.ppf(u)] for u in [1e-300, 1e-20, 1e-9, 0.001, 0.02, 0.3, 0.5, 0.9, 0.999999]],
        "beta": [
            [u, a, b, stats.beta.ppf(u, a, b)]
            for u in [1e-6, 0.1, 0.5, 0.9, 0.99999]
            for a, b in [(1, 1), (2, 5), (0.5, 0.5), (0.1, 3), (50, 2), (300, 700), (1, 0.2)]
        ],
    },
    sys.stdout,
    indent=0,
    ensure_ascii=True,
)
