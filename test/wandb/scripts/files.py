"""A file and an artifact go up and come down again."""
import hashlib
import os
import pathlib

import wandb

project = os.environ.get("PROJECT", "files")
content = os.urandom(300_000)
pathlib.Path("weights.bin").write_bytes(content)
with wandb.init(project=project) as run:
    run.log({"loss": 1})
    run.save("weights.bin")
    artifact = wandb.Artifact("weights", type="model")
    artifact.add_file("weights.bin")
    run.log_artifact(artifact)
    artifact.wait()

api = wandb.Api()
digest = hashlib.sha256(content).hexdigest()
with api.run(f"{project}/{run.id}").file("weights.bin").download(root="down", replace=True) as file:
    saved = pathlib.Path(file.name).read_bytes()
folder = api.artifact(f"{project}/weights:latest").download(root="artifact")
logged = (pathlib.Path(folder) / "weights.bin").read_bytes()
print(f"SAVED={hashlib.sha256(saved).hexdigest() == digest}")
print(f"LOGGED={hashlib.sha256(logged).hexdigest() == digest}")
