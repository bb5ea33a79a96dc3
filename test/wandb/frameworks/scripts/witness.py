"""Records each artifact as the program hands it to the client: the transaction log does not hold artifacts."""
import json
import os

import wandb.sdk.wandb_run as wandb_run

log_artifact = wandb_run.Run._log_artifact


def _entries(artifact):
    return {
        path: {"digest": entry.digest, "size": entry.size, "ref": entry.ref}
        for path, entry in artifact.manifest.entries.items()
    }


def _log_artifact(self, *args, **kwargs):
    artifact = log_artifact(self, *args, **kwargs)
    line = {
        "run": self.id,
        "name": artifact.name.split(":")[0],
        "type": artifact.type,
        "aliases": list(kwargs.get("aliases") or []),
        # `use_artifact` of a new artifact: an input of the run.
        "used": bool(kwargs.get("use_after_commit")),
        "metadata": artifact.metadata,
        "entries": _entries(artifact),
    }
    with open(os.environ["ARTIFACT_WITNESS"], "a") as out:
        out.write(json.dumps(line, default=str) + "\n")
    return artifact


wandb_run.Run._log_artifact = _log_artifact
