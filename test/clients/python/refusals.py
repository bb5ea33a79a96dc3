"""Hooks of Schemathesis: fails when a request that matches the schema is refused, except for rules that a schema cannot express."""
import schemathesis
from schemathesis import GenerationMode

RELATIONS = {
    "bad-backup": "items must be ones that an export contains",
    "bad-cursor": "a cursor comes from the previous response",
    "ends-before-start": "a trial must not end before it starts",
    "early-terminate-invalid": "options of early_terminate depend on each other",
    "idempotency-key-reused": "the key was used before",
    "insecure-webhook": "the service says whether addresses may start with http://",
    "invalid-file-name": "no control characters, and no path out of the run",
    "invalid-params": "parameters must lie in the space of the sweep",
    "invalid-sweep-config": "keys depend on each other, such as min and max",
    "invalid-warm-start": "the sweeps and runs must exist",
    "malformed-json": "no object may have the key __proto__",
    "method-not-available": "the service runs no local controller",
    "not-an-event-cursor": "a cursor comes from the previous response",
    "reserved-run-id": "the id belongs to a trial",
    "unknown-agent": "the deployment must have the agent function",
    "unknown-metric": "the metric must be one of the sweep",
}


@schemathesis.check
def accepts_valid_requests(ctx, response, case):
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    # The document describes YAML as a string.
    if response.status_code not in (400, 413, 415, 422) or case.media_type == "application/yaml":
        return
    problem = response.json()
    if problem["code"] in RELATIONS:
        return
    if problem["code"] == "invalid-body" and "in the past" in problem["detail"]:
        return
    raise AssertionError(f"{problem['code']}: {problem['detail']}")
