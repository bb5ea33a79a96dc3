"""Collections, links, lineage, and what is not there, through the public API."""
import json
import os
import urllib.request

import wandb
from wandb.errors import CommError

PROJECT = os.environ.get("PROJECT", "models")


def refused(error, sentence, attempt):
    try:
        attempt()
    except error as problem:
        assert sentence in str(problem), f"{problem!r} does not say {sentence!r}"
        return
    raise AssertionError(f"{sentence}: nothing was raised")


def log(name, text, **more):
    with wandb.init(project=PROJECT) as run:
        artifact = wandb.Artifact(name, type="model", **more)
        with artifact.new_file("weights.txt") as out:
            out.write(text)
        run.log_artifact(artifact).wait()
        return run.id, artifact.qualified_name


maker, path = log("net", "one", metadata={"acc": 0.9}, description="the first")
log("net", "two")
log("other", "three")
api = wandb.Api()
entity = api.artifact(path).entity

# Collections: list, filter, describe, tag, rename, move, delete.
assert [c.name for c in api.artifact_collections(PROJECT, "model")] == ["net", "other"]
net = api.artifact_collection("model", f"{PROJECT}/net")
net.description = "nets of the digits"
net.tags = ["digits", "small"]
net.save()
net = wandb.Api().artifact_collection("model", f"{PROJECT}/net")
assert (net.description, sorted(net.tags)) == ("nets of the digits", ["digits", "small"])
net.tags.remove("small")
net.name = "network"
net.save()
net = wandb.Api().artifact_collection("model", f"{PROJECT}/network")
assert net.tags == ["digits"] and len(net.artifacts()) == 2
assert wandb.Api().artifact(f"{PROJECT}/network:latest").version == "v1"
refused(CommError, "net", lambda: wandb.Api().artifact(f"{PROJECT}/net:latest"))
log("net", "a new one")  # the old name is free
assert wandb.Api().artifact(f"{PROJECT}/net:latest").version == "v0"
assert wandb.Api().artifact(f"{PROJECT}/network:latest").version == "v1"
other = wandb.Api().artifact_collection("model", f"{PROJECT}/other")
other.change_type("dataset")
assert wandb.Api().artifact_type("dataset", PROJECT).collection("other").name == "other"
wandb.Api().artifact_collection("dataset", f"{PROJECT}/other").delete()
refused(CommError, "other", lambda: wandb.Api().artifact(f"{PROJECT}/other:latest"))

# Lineage, also from another project.
with wandb.init(project=PROJECT) as user:
    user.use_artifact("network:v0")
with wandb.init(project=PROJECT + "-use") as elsewhere:
    elsewhere.use_artifact(f"{entity}/{PROJECT}/network:v0")
first = wandb.Api().artifact(f"{PROJECT}/network:v0")
assert first.logged_by().id == maker
assert sorted(run.id for run in first.used_by()) == sorted([user.id, elsewhere.id])
assert [a.name for a in wandb.Api().run(f"{PROJECT}-use/{elsewhere.id}").used_artifacts()] == ["network:v0"]

# Links: the best model as `production`, in a portfolio and in a registry.
with wandb.init(project=PROJECT) as run:
    best = run.use_artifact("network:v1")
    run.link_artifact(best, "winners", aliases=["production"])
linked = wandb.Api().artifact(f"{PROJECT}/winners:production")
assert (linked.version, linked.source_version, linked.is_link) == ("v0", "v1", True), linked.name
assert "production" in linked.aliases and "production" not in wandb.Api().artifact(f"{PROJECT}/network:v1").aliases
with open(os.path.join(linked.download("down"), "weights.txt")) as opened:
    assert opened.read() == "two"
again = first.link(f"{PROJECT}/winners", aliases=["production"])
assert again.version == "v1" and wandb.Api().artifact(f"{PROJECT}/winners:production").source_version == "v0"
assert [a.collection.name for a in wandb.Api().artifact(f"{PROJECT}/network:v0").linked_artifacts] == ["winners"]
again.aliases = ["staging"]
again.save()
assert sorted(wandb.Api().artifact(f"{PROJECT}/winners:v1").aliases) == ["staging"], "aliases of a link"
wandb.Api().artifact(f"{PROJECT}/winners:v1").unlink()
assert not wandb.Api().artifact_exists(f"{PROJECT}/winners:v1")
assert wandb.Api().artifact_exists(f"{PROJECT}/network:v0")
with wandb.init(project=PROJECT) as run:
    with open("best.txt", "w") as out:
        out.write("best weights")
    run.link_model("best.txt", "Digits", name="digits", aliases=["production"])
with wandb.init(project=PROJECT) as run:
    with open(run.use_model(f"{entity}/model-registry/Digits:production")) as opened:
        assert opened.read() == "best weights"
wandb.Api().artifact(f"{PROJECT}/digits:latest").link("wandb-registry-model/Digits", aliases=["champion"])
assert wandb.Api().artifact("wandb-registry-model/Digits:champion").source_name == "digits:v0"

# What is not there.
refused(CommError, "not found", lambda: wandb.Api().artifact("somebody-else/theirs/net:latest"))
refused(CommError, "nothing", lambda: wandb.Api().artifact(f"{PROJECT}/nothing:latest"))

# A file answers HEAD, and a page is behind the link of an artifact.
(file,) = list(first.files())
with urllib.request.urlopen(urllib.request.Request(file.direct_url, method="HEAD")) as answer:
    assert answer.status == 200 and int(answer.headers["Content-Length"]) == 3, answer.headers
request = urllib.request.Request(first.url, headers={"Accept": "text/html"})
with urllib.request.urlopen(request) as answer:
    assert answer.status == 200 and "text/html" in answer.headers["Content-Type"], answer.headers

# Teams, registries, automations, integrations: empty, or one sentence.
api = wandb.Api()
assert [member.username for member in api.team(entity).members] == [entity]
assert api.organization().name == entity
assert [registry.name for registry in api.registries()] == ["model"]
assert [c.name for c in api.registries().collections()] == ["Digits"]
assert [v.source_name for v in api.registries().collections().versions()] == ["digits:v0"]
assert list(api.automations()) == [] and list(api.automations(entity=entity)) == []
assert list(api.webhook_integrations()) == [] and list(api.slack_integrations()) == []
refused(Exception, "has no access to", lambda: api.create_team("others"))

# Deletion, twice; a file that is not there.
run = api.run(f"{PROJECT}/{maker}")
refused(Exception, "404", lambda: run.file("missing.txt").download())
run.delete()
run.delete()
print("RESULT=" + json.dumps({"url": first.url}))
