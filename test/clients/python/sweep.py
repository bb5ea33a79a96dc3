"""Runs a sweep with the client that openapi-python-client generates."""
import os

from chimney_client import AuthenticatedClient
from chimney_client.api.metrics import report_metrics
from chimney_client.api.runs import finish_run
from chimney_client.api.sweeps import create_sweep, get_sweep
from chimney_client.api.trials import get_best, next_trial
from chimney_client.models import (
    FinishRequest,
    FinishRequestState,
    HandedTrials,
    MetricsRequest,
    NextTrialRequest,
    Problem,
    SweepConfig,
)

client = AuthenticatedClient(base_url=os.environ["CHIMNEY_URL"], token=os.environ["CHIMNEY_API_KEY"])
project = ("local", "python")

config = SweepConfig.from_dict(
    {
        "method": "random",
        "metric": {"name": "loss", "goal": "minimize"},
        "parameters": {
            "lr": {"distribution": "log_uniform_values", "min": 0.0001, "max": 0.1},
            "size": {"values": [16, 32]},
        },
        "run_cap": 3,
        "seed": 7,
    }
)
sweep = create_sweep.sync(*project, client=client, body=config)
assert not isinstance(sweep, Problem), sweep

while True:
    trials = next_trial.sync(*project, sweep.id, client=client, body=NextTrialRequest(agent="python"))
    if isinstance(trials, Problem) and trials.code == "sweep-finished":
        break
    assert isinstance(trials, HandedTrials), trials
    for trial in trials.trials:
        points = [{"step": 1, "values": {"loss": trial.params["lr"]}}]
        metrics = MetricsRequest.from_dict({"points": points, "attempt": trial.attempt})
        logged = report_metrics.sync(*project, trial.run, client=client, body=metrics)
        assert logged.accepted == 1, logged
        finish = FinishRequest(state=FinishRequestState.FINISHED, attempt=trial.attempt)
        finished = finish_run.sync(*project, trial.run, client=client, body=finish)
        assert finished.kept, finished

best = get_best.sync(*project, sweep.id, client=client)
assert best.value == best.params["lr"], best
assert get_sweep.sync(*project, sweep.id, client=client).trials.finished == 3
print(f"best trial {best.number}")
