"""What wandb.Api() returns for a sweep."""
import json
import sys

import wandb

api = wandb.Api()
sweep = api.sweep(sys.argv[1])
best = sweep.best_run()
print(
    "RESULT="
    + json.dumps(
        {
            "state": str(sweep.state),
            "method": sweep.config["method"],
            "order": sweep.order,
            "expected": sweep.expected_run_count if hasattr(sweep, "expected_run_count") else None,
            "runs": sorted(run.id for run in sweep.runs),
            "states": sorted({run.state for run in sweep.runs}),
            "best": best.id,
            "best_value": best.summary["val_acc"],
            "best_config": {k: best.config[k] for k in ("lr", "batch_size", "epochs")},
            "steps": {run.id: len(list(run.scan_history())) for run in sweep.runs},
        }
    )
)
