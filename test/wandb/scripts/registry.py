"""A model registry: made, described, filled with the best model, read by alias, renamed, deleted."""
import os

import wandb
from wandb.errors import CommError

PROJECT = os.environ.get("PROJECT", "registry-models")


def refused(error, sentence, attempt):
    try:
        attempt()
    except error as problem:
        text = f"{problem!r} {problem.__cause__!r}"
        assert sentence in text, f"{text} does not say {sentence!r}"
        return
    raise AssertionError(f"{sentence}: nothing was raised")


def log(name, text, type="model"):
    with wandb.init(project=PROJECT) as run:
        artifact = wandb.Artifact(name, type=type)
        with artifact.new_file("weights.txt") as out:
            out.write(text)
        return run.log_artifact(artifact).wait()


api = wandb.Api()
entity = api.default_entity

# Made, loaded, listed.
made = api.create_registry("staging", visibility="restricted", description="before production", artifact_types=["model"])
assert (made.description, made.visibility, list(made.artifact_types)) == ("before production", "restricted", ["model"])
assert not made.allow_all_artifact_types
refused(ValueError, "already exists", lambda: api.create_registry("staging", visibility="organization"))
refused(ValueError, "Failed to load registry 'nothing'", lambda: api.registry("nothing"))
api.create_registry("everything", visibility="organization")
assert "staging" in [r.name for r in api.registries()]
assert [r.name for r in api.registries(filter={"description": {"$regex": "production"}})] == ["staging"]
assert [r.name for r in api.registries(filter={"name": "staging"}, order="-created_at")] == ["staging"]

# Filled. A type that the registry does not take is refused.
with wandb.init(project=PROJECT) as run:
    for text in ("good", "best"):
        artifact = wandb.Artifact("net", type="model")
        with artifact.new_file("weights.txt") as out:
            out.write(text)
        run.log_artifact(artifact).wait()
        run.link_artifact(artifact, "wandb-registry-staging/Digits", aliases=["production"])
data = log("rows", "1,2,3", type="dataset")
refused(Exception, "takes artifacts of the types model, not dataset", lambda: data.link("wandb-registry-staging/Rows"))
registry = api.registry("staging")
registry.artifact_types.append("dataset")
registry.description = "models that wait"
registry.save()
assert sorted(registry.artifact_types) == ["dataset", "model"] and registry.description == "models that wait"
data.link("wandb-registry-staging/Rows")

# Read by alias, in a run and outside.
with wandb.init(project=PROJECT) as run:
    used = run.use_artifact("wandb-registry-staging/Digits:production")
    assert (used.version, used.source_version) == ("v1", "v1")
    with open(run.use_model("wandb-registry-staging/Digits:production")) as opened:
        assert opened.read() == "best"
assert wandb.Api().artifact(f"{entity}/wandb-registry-staging/Digits:v0").source_version == "v0"

# Collections: listed, described, tagged, renamed.
registry = wandb.Api().registry("staging")
assert sorted(c.name for c in registry.collections()) == ["Digits", "Rows"]
assert [v.source_name for v in registry.versions(filter={"alias": "production"})] == ["net:v1"]
digits = next(iter(registry.collections(filter={"name": "Digits"})))
assert not digits.is_sequence() and sorted(digits.aliases) == ["latest", "production"], digits.aliases
digits.description = "nets of the digits"
digits.tags = ["small"]
digits.name = "Numbers"
digits.save()
refused(CommError, "sequence", lambda: digits.change_type("dataset"))
digits = wandb.Api().artifact_collection("model", "wandb-registry-staging/Numbers")
assert (digits.description, list(digits.tags)) == ("nets of the digits", ["small"])

# Renamed: the links follow, in both directions.
registry.name = "live"
registry.save()
assert (registry.name, registry.full_name) == ("live", "wandb-registry-live")
api = wandb.Api()
refused(ValueError, "Failed to load registry", lambda: api.registry("staging"))
renamed = api.registry("live")
assert (renamed.description, renamed.visibility) == ("models that wait", "restricted")
assert sorted(c.name for c in renamed.collections()) == ["Numbers", "Rows"]
best = api.artifact("wandb-registry-live/Numbers:production")
assert (best.version, best.source_name) == ("v1", "net:v1")
links = [f"{a.project}/{a.collection.name}" for a in api.artifact(f"{PROJECT}/net:v1").linked_artifacts]
assert links == ["wandb-registry-live/Numbers"], links
assert log("net", "better").link("wandb-registry-live/Numbers", aliases=["production"]).version == "v2"
assert wandb.Api().artifact("wandb-registry-live/Numbers:production").source_version == "v2"
renamed.name = "everything"
refused(Exception, "already", renamed.save)

# Members: the entity; a change is refused with a sentence.
(member,) = api.registry("live").members()
assert (member.user.username, member.role) == (entity, "admin")
for change in (
    lambda: renamed.add_members(member),
    lambda: renamed.remove_members(member),
    lambda: renamed.update_member(member, role="viewer"),
    lambda: renamed.add_members(api.team(entity)),
):
    refused(Exception, "registries have no members here", change)

# Deleted: collections one by one, then the registry; what was linked stays.
wandb.Api().artifact_collection("dataset", "wandb-registry-live/Rows").delete()
assert [c.name for c in api.registry("live").collections()] == ["Numbers"]
api.registry("live").delete()
refused(ValueError, "Failed to load registry", lambda: wandb.Api().registry("live"))
refused(CommError, "", lambda: wandb.Api().artifact("wandb-registry-live/Numbers:production"))
source = wandb.Api().artifact(f"{PROJECT}/net:v1")
assert len(source.linked_artifacts) == 0
api.registry("everything").delete()
print("RESULT=ok")
