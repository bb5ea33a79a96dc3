"""Writes curves.json: validation losses by epoch of real trainings, for the early stopping benchmark.

    .venv/bin/pip install scikit-learn==1.9.1 && .venv/bin/python test/bench/stop/curves.py [NAME …]

Each training is a scikit-learn model with sampled hyperparameters, fitted epoch by epoch (`partial_fit`) or tree by tree
(`staged_predict`). A curve is the log loss, the mean squared error divided by the variance of the target, or the error rate, on held-out
data; null from the first non-finite value on. With names, only these sets are generated again.
"""

import json
import math
import pathlib
import sys
import warnings

import numpy as np
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_wine,
    make_friedman1,
    make_friedman2,
    make_hastie_10_2,
    make_moons,
)
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, HistGradientBoostingClassifier
from sklearn.linear_model import Perceptron, SGDClassifier, SGDRegressor
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore")
EPOCHS = 81
CONFIGS = 100
OUTPUT = pathlib.Path(__file__).with_name("curves.json")


def split(data, seed):
    x, y = data
    a, b, c, d = train_test_split(x, y, test_size=0.3, random_state=seed)
    scaler = StandardScaler().fit(a)
    return scaler.transform(a), scaler.transform(b), c, d


def network(kind):
    def draw(rng):
        return kind(
            hidden_layer_sizes=(int(rng.integers(2, 33)),),
            solver=str(rng.choice(["adam", "sgd"])),
            learning_rate_init=float(10 ** rng.uniform(-4, -0.5)),
            alpha=float(10 ** rng.uniform(-6, 0)),
            batch_size=int(2 ** rng.integers(4, 9)),
            momentum=float(rng.uniform(0, 0.99)),
            random_state=int(rng.integers(1 << 30)),
        )

    return draw


def linear(rng):
    return SGDClassifier(
        loss="log_loss",
        penalty=str(rng.choice(["l1", "l2", "elasticnet"])),
        alpha=float(10 ** rng.uniform(-6, 0)),
        learning_rate=str(rng.choice(["constant", "invscaling", "adaptive"])),
        eta0=float(10 ** rng.uniform(-5, 0)),
        random_state=int(rng.integers(1 << 30)),
    )


def regression(rng):
    return SGDRegressor(
        penalty=str(rng.choice(["l1", "l2", "elasticnet"])),
        alpha=float(10 ** rng.uniform(-6, 0)),
        learning_rate=str(rng.choice(["constant", "invscaling", "adaptive"])),
        eta0=float(10 ** rng.uniform(-6, -1)),
        random_state=int(rng.integers(1 << 30)),
    )


def perceptron(rng):
    return Perceptron(
        penalty=str(rng.choice(["l1", "l2", "elasticnet"])),
        alpha=float(10 ** rng.uniform(-7, -2)),
        eta0=float(10 ** rng.uniform(-3, 1)),
        random_state=int(rng.integers(1 << 30)),
    )


def boosting(kind):
    def draw(rng):
        return kind(
            n_estimators=EPOCHS,
            learning_rate=float(10 ** rng.uniform(-2.5, 0)),
            max_depth=int(rng.integers(1, 7)),
            subsample=float(rng.uniform(0.3, 1)),
            min_samples_leaf=int(2 ** rng.integers(0, 6)),
            max_features=float(rng.uniform(0.1, 1)),
            random_state=int(rng.integers(1 << 30)),
        )

    return draw


def histograms(rng):
    return HistGradientBoostingClassifier(
        max_iter=EPOCHS,
        early_stopping=False,
        learning_rate=float(10 ** rng.uniform(-2.5, 0)),
        max_leaf_nodes=int(2 ** rng.integers(1, 5)),
        min_samples_leaf=int(2 ** rng.integers(1, 7)),
        l2_regularization=float(10 ** rng.uniform(-6, 2)),
        max_features=float(rng.uniform(0.1, 1)),
        random_state=int(rng.integers(1 << 30)),
    )


def predictions(model, a, b, c, classes):
    """The predictions for `b` after each epoch."""
    if hasattr(model, "staged_predict"):
        model.fit(a, c)
        yield from model.staged_predict(b) if classes is None else model.staged_predict_proba(b)
        return
    for _ in range(EPOCHS):
        if classes is None:
            model.partial_fit(a, c)
        else:
            model.partial_fit(a, c, classes=classes)
        yield model.predict_proba(b) if classes is not None and hasattr(model, "predict_proba") else model.predict(b)


def loss(predicted, d, classes):
    if classes is None:
        return mean_squared_error(d, predicted) / np.var(d)
    return np.mean(predicted != d) if predicted.ndim == 1 else log_loss(d, predicted, labels=classes)


def curve(model, a, b, c, d, classes):
    losses = []
    try:
        for predicted in predictions(model, a, b, c, classes):
            value = loss(predicted, d, classes)
            if not math.isfinite(value):
                break
            losses.append(float(f"{value:.4g}"))
    except (ValueError, FloatingPointError):
        pass
    return losses + [None] * (EPOCHS - len(losses))


def loaded(data):
    return lambda: data(return_X_y=True)


TASKS = {
    "cancer, linear": (loaded(load_breast_cancer), linear, True),
    "diabetes, network": (loaded(load_diabetes), network(MLPRegressor), False),
    "digits, network": (loaded(load_digits), network(MLPClassifier), True),
    "wine, linear": (loaded(load_wine), linear, True),
    "cancer, network": (loaded(load_breast_cancer), network(MLPClassifier), True),
    "friedman 1, network": (lambda: make_friedman1(500, noise=1, random_state=1), network(MLPRegressor), False),
    "digits, boosting": (loaded(load_digits), histograms, True),
    "digits, perceptron": (loaded(load_digits), perceptron, True),
    # From here on: evaluated only after `asha` was final, except for the margin of its forecast.
    "digits, linear": (loaded(load_digits), linear, True),
    "wine, network": (loaded(load_wine), network(MLPClassifier), True),
    "diabetes, boosting": (loaded(load_diabetes), boosting(GradientBoostingRegressor), False),
    "diabetes, regression": (loaded(load_diabetes), regression, False),
    "friedman 2, network": (lambda: make_friedman2(500, noise=50, random_state=1), network(MLPRegressor), False),
    "hastie, boosting": (lambda: make_hastie_10_2(800, random_state=1), boosting(GradientBoostingClassifier), True),
    "moons, network": (lambda: make_moons(400, noise=0.3, random_state=1), network(MLPClassifier), True),
}

names = sys.argv[1:] or list(TASKS)
out = {} if len(sys.argv) == 1 else json.loads(OUTPUT.read_text())
for name in names:
    data, draw, classify = TASKS[name]
    rng = np.random.default_rng(1)
    parts = split(data(), 1)
    classes = np.unique(parts[2]) if classify else None
    out[name] = [curve(draw(rng), *parts, classes) for _ in range(CONFIGS)]
    print(name, flush=True)
sets = [f"  {json.dumps(name)}: [\n    " + ",\n    ".join(map(json.dumps, out[name])) + "\n  ]" for name in TASKS if name in out]
OUTPUT.write_text("{\n" + ",\n".join(sets) + "\n}\n")
