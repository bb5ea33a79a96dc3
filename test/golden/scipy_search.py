"""Writes scipy_search.golden.json: special functions, factors and minima of SciPy for the search's numerics.

    python3 -m venv V && V/bin/pip install scipy==1.17.1 && V/bin/python test/golden/scipy_search.py

The logarithm of the expected improvement is worked out: with erfcx where the tail is far, the plain
formula elsewhere, and the asymptotic series beyond |z| = 1e4.
"""

import json
import math
import pathlib

import numpy as np
from scipy import linalg, optimize, special, stats

rng = np.random.default_rng(20)


def log_improvement(z):
    if z > -1:
        return math.log(stats.norm.pdf(z) + z * stats.norm.cdf(z))
    if z > -100:
        t = -z
        m = math.sqrt(math.pi / 2) * special.erfcx(t / math.sqrt(2))
        return -0.5 * z * z - 0.5 * math.log(2 * math.pi) + math.log1p(-t * m)
    w = 1 / (z * z)
    series = 1 - 3 * w + 15 * w**2 - 105 * w**3
    return -0.5 * z * z - 0.5 * math.log(2 * math.pi) + math.log(w) + math.log(series)


def factor(n):
    a = rng.normal(size=(n, n))
    k = a @ a.T + 0.1 * np.eye(n)
    lower = linalg.cholesky(k, lower=True)
    b = rng.normal(size=n)
    return {
        "n": n,
        "matrix": k.ravel().tolist(),
        "lower": lower.ravel().tolist(),
        "b": b.tolist(),
        "forward": linalg.solve_triangular(lower, b, lower=True).tolist(),
        "backward": linalg.solve_triangular(lower.T, b, lower=False).tolist(),
        "inverse": linalg.inv(k).ravel().tolist(),
        "log_determinant": float(np.linalg.slogdet(k)[1]),
    }


def minimum(title, f, start, lower, upper):
    found = optimize.minimize(f, start, method="L-BFGS-B", jac="3-point", bounds=list(zip(lower, upper)), tol=1e-12)
    return {"title": title, "start": start, "lower": lower, "upper": upper, "x": found.x.tolist(), "value": float(found.fun)}


def process(bends=()):
    rows = [[float(rng.uniform()), float(rng.integers(3)), float(rng.uniform())] for _ in range(9)]
    y = [float(value) for value in rng.normal(size=9)]
    categorical = [0, 1, 0]
    theta = [1.1, -0.4, 0.6, 0.3, -4.0, -0.2, 0.8]

    def bent(row):
        # Kumaraswamy's distribution: a root of a beta variable with first parameter 1.
        if not bends:
            return row
        a, b = np.exp(bends[:3]), np.exp(bends[3:])
        return [x if categorical[d] else stats.beta(1, b[d]).cdf(x ** a[d]) for d, x in enumerate(row)]

    def kernel(a, b):
        a, b = bent(a), bent(b)
        q = [math.exp(theta[d]) * (float(a[d] != b[d]) if categorical[d] else (a[d] - b[d]) ** 2) for d in range(3)]
        r = math.sqrt(5 * sum(q))
        joint = math.exp(theta[3]) * (1 + r + r * r / 3) * math.exp(-r)
        return joint + math.exp(theta[5]) / 3 * sum(1 / (1 + math.exp(theta[6]) * one) for one in q)

    def at(row, known, values):
        k = np.array([[kernel(a, b) for b in known] for a in known]) + math.exp(theta[4]) * np.eye(len(known))
        to = np.array([kernel(row, b) for b in known])
        weights = np.linalg.solve(k, to)
        return float(weights @ np.array(values)), float(kernel(row, row) - weights @ to)

    # Posterior density of theta up to a constant, with the normal priors on the logarithms of fit-gp.ts.
    k = np.array([[kernel(a, b) for b in rows] for a in rows]) + math.exp(theta[4]) * np.eye(9)
    means = [-math.log(3)] * 3 + [0, math.log(1e-3), 0, math.log(3)]
    deviations = [1.4] * 3 + [1, 3, 1, 1]
    prior = stats.norm.logpdf(theta, means, deviations).sum() - stats.norm.logpdf(means, means, deviations).sum()
    prior += stats.norm.logpdf(bends, 0, 0.5).sum() - stats.norm.logpdf(0, 0, 0.5) * len(bends)
    likelihood = stats.multivariate_normal(np.zeros(9), k).logpdf(y) + 9 / 2 * math.log(2 * math.pi)

    asked = [[0.2, 1.0, 0.9], [0.8, 0.0, 0.1], rows[4]]
    predictions = []
    for row in asked:
        mean, variance = at(row, rows, y)
        predictions.append({"row": row, "mean": mean, "variance": variance})
    left_out = [at(rows[i], rows[:i] + rows[i + 1 :], y[:i] + y[i + 1 :])[0] for i in range(9)]
    return {
        "rows": rows,
        "y": y,
        "categorical": categorical,
        "theta": [*theta, *bends],
        "predictions": predictions,
        "left_out": left_out,
        "negative_log_posterior": float(-likelihood - prior),
    }


def generations():
    """Two generations of Hansen 2016, Figure 6, in matrix form. Step lengths use the Cholesky factor and are limited."""
    draws = np.random.default_rng(5)
    d, lam = 3, 8
    mu = lam // 2
    raw = math.log((lam + 1) / 2) - np.log(np.arange(1, lam + 1))
    w = raw[:mu] / raw[:mu].sum()
    eff = 1 / (w @ w)
    cs, cc = (eff + 2) / (d + eff + 5), (4 + eff / d) / (d + 4 + 2 * eff / d)
    c1 = 2 / ((d + 1.3) ** 2 + eff)
    cmu = min(1 - c1, 2 * (1 / 4 + eff - 2 + 1 / eff) / ((d + 2) ** 2 + eff))
    bad = raw[mu:]
    bad_eff = bad.sum() ** 2 / (bad @ bad)
    bad = bad / abs(bad.sum()) * min(1 + c1 / cmu, 1 + 2 * bad_eff / (bad_eff + 2), (1 - c1 - cmu) / (d * cmu))
    every = np.concatenate([w, bad])
    damps = 1 + 2 * max(0, math.sqrt((eff - 1) / (d + 1)) - 1) + cs
    chi = math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d))
    m, sigma, c, ps, pc = np.array([0.4, 0.5, 0.6]), 0.3, np.eye(d), np.zeros(d), np.zeros(d)
    generations, states = [], []
    for g in range(1, 3):
        z = np.clip(draws.normal(size=(lam, d)), -0.9, 0.9)
        points = m + sigma * z @ linalg.cholesky(c, lower=True).T
        generations.append(points.tolist())
        y = (points - m) / sigma
        step = w @ y[:mu]
        white = np.linalg.norm(linalg.solve(linalg.cholesky(c, lower=True), y.T), axis=0)
        scaled = np.where(every >= 0, every, every * d / white**2)
        ps = (1 - cs) * ps + math.sqrt(cs * (2 - cs) * eff) * linalg.solve(linalg.cholesky(c, lower=True), step)
        h = float(np.linalg.norm(ps) / math.sqrt(1 - (1 - cs) ** (2 * g)) < (1.4 + 2 / (d + 1)) * chi)
        pc = (1 - cc) * pc + h * math.sqrt(cc * (2 - cc) * eff) * step
        kept = 1 - c1 - cmu * every.sum() + (1 - h) * c1 * cc * (2 - cc)
        c = kept * c + c1 * np.outer(pc, pc) + cmu * (y.T * scaled) @ y
        m = m + sigma * step
        sigma *= math.exp(min(1, cs / damps * (np.linalg.norm(ps) / chi - 1)))
        states.append({"mean": m.tolist(), "sigma": float(sigma), "covariance": c.ravel().tolist()})
    return {"points": generations, "states": states}


def mass(a, b):
    return float(special.logsumexp([stats.norm.logcdf(b), stats.norm.logcdf(a)], b=[1, -1])) if b <= 0 else float(
        math.log(stats.norm.cdf(b) - stats.norm.cdf(a))
    )


zs = [-1e8, -1e5, -99.0, -38.0, -20.0, -8.0, -3.5, -3.0, -2.9, -1.5, -0.5, 0.0, 0.7, 3.0, 9.0]
out = {
    "log_improvement": [[z, log_improvement(z)] for z in zs],
    "log_cdf": [[z, float(stats.norm.logcdf(z))] for z in [-1e5, -50, -38, -10, -3.5, -3, -2, 0, 2, 6]],
    "mills": [[t, math.sqrt(math.pi / 2) * float(special.erfcx(t / math.sqrt(2)))] for t in [0, 0.5, 2.9, 3, 10, 1e6]],
    "log_mass": [[a, b, mass(a, b)] for a, b in [(-1, 1), (-9, -8), (-40, -39), (-3, 0.5), (-0.001, 0.001), (-12, 3)]],
    "truncated": [
        [u, mu, s, lo, hi, float(stats.truncnorm.ppf(u, (lo - mu) / s, (hi - mu) / s, loc=mu, scale=s))]
        for u in [0.01, 0.5, 0.93]
        for mu, s, lo, hi in [(0.5, 0.2, 0, 1), (0.0, 0.05, 0, 1), (1.2, 0.1, 0, 1), (-0.5, 0.1, 0, 1)]
    ],
    "factors": [factor(n) for n in (1, 2, 7)],
    "process": process(),
    "generations": generations(),
    # Dimensions with polynomials of increasing degree, in the order of SciPy and of Joe & Kuo's program.
    "sobol": [
        [i, d, float(x)]
        for i, point in enumerate(stats.qmc.Sobol(256, scramble=False).random(1024))
        if i in (1, 2, 3, 5, 100, 511, 777, 1023)
        for d, x in enumerate(point)
        if d in (0, 1, 2, 7, 20, 63, 100, 200, 255)
    ],
    "minima": [
        minimum("rosenbrock, free", optimize.rosen, [-1.2, 1.0, -0.5], [-5] * 3, [5] * 3),
        minimum("rosenbrock, at its end", optimize.rosen, [-1.2, 0.2], [-2, -2], [0.5, 2]),
        minimum(
            "a skewed bowl, in a corner",
            lambda x: float((x[0] - 3) ** 2 + 100 * (x[1] + 2) ** 2 + x[0] * x[1]),
            [0.5, 0.5],
            [0, 0],
            [1, 1],
        ),
    ],
    "bent_process": process([-0.8, 0.0, 0.4, 0.5, 0.0, 0.9]),
}
# The logarithm of a difference of two tails loses digits in doubles; these values are compared with fewer digits.
path = pathlib.Path(__file__).with_name("scipy_search.golden.json")
path.write_text(json.dumps(out, indent=1) + "\n")
