"""Writes curves.json: validation losses of real trainings by epoch, for the benchmark of early stopping.

    .venv/bin/pip install scikit-learn==1.9.1 && .venv/bin/python test/bench/stop/curves.py

Each training is a model of scikit-learn with drawn hyperparameters that is fitted epoch by epoch (partial_fit). A curve is the logarithmic
loss (or the mean squared error) on data that was not trained on, or null from where it is not a number.
"""

import json
import math
import pathlib
import warnings

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore")
EPOCHS = 81
CONFIGS = 100


def split(data, seed):
    x, y = data(return_X_y=True)
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


def curve(model, a, b, c, d, classes):
    losses = []
    for _ in range(EPOCHS):
        try:
            if classes is None:
                model.partial_fit(a, c)
                loss = mean_squared_error(d, model.predict(b)) / np.var(d)
            else:
                model.partial_fit(a, c, classes=classes)
                loss = log_loss(d, model.predict_proba(b), labels=classes)
        except (ValueError, FloatingPointError):
            break
        if not math.isfinite(loss):
            break
        losses.append(float(f"{loss:.4g}"))
    return losses + [None] * (EPOCHS - len(losses))


TASKS = {
    "cancer, linear": (load_breast_cancer, linear, True),
    "diabetes, network": (load_diabetes, network(MLPRegressor), False),
    "digits, network": (load_digits, network(MLPClassifier), True),
}

out = {}
for name, (data, draw, classify) in TASKS.items():
    rng = np.random.default_rng(1)
    parts = split(data, 1)
    classes = np.unique(parts[2]) if classify else None
    out[name] = [curve(draw(rng), *parts, classes) for _ in range(CONFIGS)]
    print(name, flush=True)
lines = ["  " + json.dumps(name) + ": [\n    " + ",\n    ".join(json.dumps(one) for one in curves) + "\n  ]" for name, curves in out.items()]
pathlib.Path(__file__).with_name("curves.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
