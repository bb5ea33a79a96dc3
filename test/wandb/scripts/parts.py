"""A file in several parts. The client's threshold of 2 GiB is compiled into it, so this sends the messages that it sends for such a file,
with parts of the least size; the client then reads the file in ranges."""
import base64
import hashlib
import json
import os

import requests
import wandb
from wandb.sdk.artifacts.storage_policies import _multipart

MIB = 1024**2
BASE = os.environ["WANDB_BASE_URL"]
DATA = b"".join(hashlib.sha256(str(i).encode()).digest() for i in range(6 * MIB // 32)) + b"the end"
PARTS = [DATA[: 5 * MIB], DATA[5 * MIB :]]


def b64_md5(data):
    return base64.b64encode(hashlib.md5(data).digest()).decode()


def ask(mutation, type, input, selection):
    query = f"mutation M($input: {type}!) {{ {mutation}(input: $input) {{ {selection} }} }}"
    body = {"query": query, "variables": {"input": input}, "operationName": "M"}
    answer = requests.post(f"{BASE}/graphql", json=body, auth=("api", os.environ["WANDB_API_KEY"]), timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"][mutation]


def put(url, data):
    answer = requests.put(url, data=data, headers={"Content-MD5": b64_md5(data)}, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.headers.get("ETag", "")


wandb.init(project="parts").finish()
created = ask(
    "createArtifact",
    "CreateArtifactInput",
    {"projectName": "parts", "artifactTypeName": "model", "artifactCollectionName": "large", "digest": b64_md5(DATA)},
    "artifact { id }",
)
artifact = created["artifact"]["id"]
manifest = ask(
    "createArtifactManifest",
    "CreateArtifactManifestInput",
    {"artifactID": artifact, "name": "wandb_manifest.json", "type": "FULL"},
    "artifactManifest { file { uploadUrl } }",
)
spec = {
    "artifactID": artifact,
    "name": "weights.bin",
    "md5": b64_md5(DATA),
    "uploadPartsInput": [
        {"partNumber": number, "hexMD5": hashlib.md5(part).hexdigest()} for number, part in enumerate(PARTS, 1)
    ],
}
files = ask(
    "createArtifactFiles",
    "CreateArtifactFilesInput",
    {"artifactFiles": [spec], "storageLayout": "V2"},
    "files { edges { node { storagePath uploadMultipartUrls { uploadID uploadUrlParts { partNumber uploadUrl } } } } }",
)
node = files["files"]["edges"][0]["node"]
upload = node["uploadMultipartUrls"]
tags = [put(url["uploadUrl"], part) for url, part in zip(upload["uploadUrlParts"], PARTS, strict=True)]
complete = {
    "artifactID": artifact,
    "storagePath": node["storagePath"],
    "uploadID": upload["uploadID"],
    "completeMultipartAction": "Complete",
    "completedParts": [{"partNumber": number, "hexMD5": tag} for number, tag in enumerate(tags, 1)],
}
# The second time as a client whose first response was lost.
for _ in range(2):
    ask("completeMultipartUploadArtifact", "CompleteMultipartUploadArtifactInput", complete, "digest")
content = {"digest": b64_md5(DATA), "size": len(DATA), "birthArtifactID": artifact}
text = {
    "version": 1,
    "storagePolicy": "wandb-storage-policy-v1",
    "storagePolicyConfig": {"storageLayout": "V2"},
    "contents": {"weights.bin": content},
}
put(manifest["artifactManifest"]["file"]["uploadUrl"], json.dumps(text).encode())
ask("commitArtifact", "CommitArtifactInput", {"artifactID": artifact}, "artifact { id }")

_multipart.MULTI_DEFAULT_PART_SIZE = 2 * MIB
folder = wandb.Api().artifact("parts/large:v0").download("down", multipart=True, skip_cache=True)
with open(os.path.join(folder, "weights.bin"), "rb") as opened:
    assert opened.read() == DATA

# HEAD on the address that the client builds from the manifest.
hex = hashlib.md5(DATA).hexdigest()
entity = wandb.Api().default_entity
head = requests.head(f"{BASE}/artifacts/{entity}/{hex}", auth=("api", os.environ["WANDB_API_KEY"]), timeout=60)
assert head.status_code == 200 and head.headers["ETag"] == f'"{hex}"', head.headers
print(f"RESULT={head.headers.get('Content-Length')}")
