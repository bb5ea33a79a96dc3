/**
 * Longer descriptions of operations. Apart from their routes, since the API's function reads those at each start; the document of the API
 * has them.
 */
export const DESCRIPTIONS: Readonly<Record<string, string>> = {
  listAgents:
    'Approximate counts of SQS. Dead letters are messages that were delivered five times without success.',
  redriveAgent: 'Fix the cause first. Repeat the request while `moved` equals `count`.',
  voidTrial:
    'For a result that is wrong, such as that of a bug: the trial has no value any more, is never the best, and neither the search nor early termination learns from it. Its run stays. Deleting the run of a trial does the same. 409 `trial-open`: the trial has not ended.',
  requeueTrial:
    'Queues an ended trial again, with the same number and parameters. A finished sweep is reopened for it. 409 `trial-open`: it is running; `sweep-cancelled`: the sweep was cancelled.',
  requeueTrials:
    'At most 500 trials per request, lowest numbers first; `more` says whether there are others.',
  addTrials:
    'All parameters of each must be in the space of the sweep; if one is not, the request adds none. The trials get the next numbers, count for `run_cap`, and the search learns from them. A grid takes none (409 `grid-takes-no-trials`).',
  listArtifactTypes: 'Counts those of one page of collections; add the numbers of the pages.',
  listArtifactCollections:
    'A page may have fewer items than `limit`, also none; read on while there is a `next_cursor`.',
  updateArtifactCollection: 'The old name is free then.',
  deleteArtifactCollection:
    'Of a portfolio the links are deleted, not what they link to. The contents of artifacts are shared by the projects of an entity and stay.',
  listArtifactVersions: 'Values of `metadata` whose JSON is longer than 200 characters are left out.',
  getArtifactVersion: '`version` is `v3`, `latest` or another alias.',
  updateArtifactVersion: 'An added alias moves here from the version that had it.',
  deleteArtifactVersion:
    'A version with aliases is refused with 409 `artifact-has-aliases`, unless the query says `aliases=delete`. The contents of its files stay: other versions may share them.',
  listRunArtifacts: 'A page may have fewer items than `limit`; read on while there is a `next_cursor`.',
  readBackup:
    'Sweeps, trials, runs, their history, and documents of the W&B API, as they are stored, without the uploaded files. Follow `next_cursor` to the end and keep the order, as `chimney export --to FILE` does.',
  restoreBackup:
    'Send the items in the order of the export. Existing items stay unchanged, so requests and whole imports can be repeated. If another project has a sweep of the same id, the response is 409 `sweep-exists` and the request writes nothing.',
  listWebhooks: 'Secrets are not returned, and addresses are shortened.',
  createWebhook:
    'Deliveries follow Standard Webhooks; with a `secret` they are signed. `format` shapes the body: `json`, or a message of `slack` or `teams`.',
  updateWebhook: '`secret: null` removes the secret; absent fields stay.',
  deleteWebhook: 'Deliveries that wait for a retry are dropped.',
  testWebhook: 'Sends one delivery of the type `test`, without retries, and answers with its outcome.',
  createView:
    '`query` is what the address of the page has after `?`. With `default`, the page opens with this view. 409 `view-exists`: the page has a view of this name.',
  replaceView:
    '`rev` is the revision that the change was made from; 409 `view-changed` when there is a newer one.',
  replaceReport:
    '`rev` is the revision that the change was made from; 409 `report-changed` when there is a newer one.',
  listEntities: 'For operators: admins of the entity of the first key.',
  createEntity:
    'For operators. The key is returned once; give it to the admin of the new entity, who creates all others. If it is lost, create another one with `POST /v1/keys` and `entity`.',
  getEvents:
    'As JSON: the sweep, the trials that changed since the cursor, and the next cursor; a change may be repeated. With `Accept: text/event-stream`: a stream of `changes` events, and `end` when the sweep is over; `Last-Event-ID` resumes it. A service behind a gateway that buffers responses, as in AWS, answers with what is new and ends the stream; `Retry-After` and the `retry` field say when to ask again.',
  listUnrecognized:
    'Fields, arguments, mutations and routes that clients with keys of your entity requested: the 200 latest. Unknown fields of queries return null, unknown arguments and input fields have no effect, unknown mutations and routes are refused.',
  createKey:
    'The key is 40 lower-case hex characters and is returned once: only its hash is stored. Operators may name another entity.',
  rotateKey:
    'The new key has the scope and limits of the old one, which stays valid for `grace_seconds` so that programs can change over.',
  revokeKey: 'The instance that answers refuses the key at once, all others within 30 seconds.',
  listMediaKeys:
    'A page covers a range of rows; a key may be in several pages, each with the steps of its range.',
  getFileUrls:
    'Repeat `name` for each file, up to 100 times. A name may also be the address of a file of an artifact as W&B clients log it (`artifact_path`); an address that ends with a slash stands for the files of a folder. `url` is null for a file that the artifact does not have. A share link gets media only.',
  reportMetrics:
    'Values may be any JSON, and bare NaN, Infinity and -Infinity. `at` is ISO 8601 in UTC or Unix seconds. The same points can be sent again. The request renews the lease.',
  getHistory:
    'Rows by step. Points of the same step form one row; of a value that was logged twice, the later one counts. When a trial was retried, the rows of the newer attempt replace the older ones from its first step on.',
  deleteProject:
    'Large projects are deleted in steps: repeat the request while it answers 503 `deletion-continues`. The contents of artifacts are shared by the projects of an entity and stay.',
  listProjects: 'The first sweep or run of a project creates it.',
  getRunTable:
    'For tables and charts over many runs: about a tenth of the cost of the list. A response has up to 4 MB of rows. Values of `config` and `summary` whose JSON is longer than 200 characters are left out.',
  deleteRuns:
    'Runs are deleted with their histories and files; the trials of a sweep become void. `more`: send the request again.',
  updateRun:
    'The next response to the agent carries the stop request of `{"stop": true}`; the run ends as `killed`.',
  claimRun:
    'The first call of an agent function. `attempt` comes from the message: a duplicate of the message gets 409 `lease-taken`, a message of an ended run 409 `run-ended`. Delete the message in both cases.',
  finishRun:
    '`released` queues an unfinished trial again with the same parameters. `kept` is false when another attempt ended the run first. A second end with a summary corrects the result: the trial gets the value that the summary has now.',
  shareSweep:
    'Anyone with the link can view the sweep, its trials and their runs. The link is returned once; a new link revokes the previous one. Its token follows `#`, which browsers do not send; programs send it in the header `Chimney-Share`.',
  createSweep:
    'The body is the config, as YAML or JSON. A new project is created. `warnings` lists the keys that the service ignores.',
  updateSweep:
    '`finished`: no new trials start, running trials finish. `cancelled`: running trials are stopped. Raising the run cap of a finished sweep resumes it.',
  nextTrial:
    'The caller owns each trial until `lease_until`; metrics and heartbeats renew the lease. When nothing else is left, an agent that asks again under its name gets the trial that it held, as the next attempt, unless that has reported within half a lease. 204: no trial is available now, retry after `Retry-After` seconds. 409 `sweep-finished`: no trial will follow.',
  getLatest:
    'A trial has a `value` only when it has ended; until then, this is its last reported value. Runs that are not running, or have not reported a number, are omitted.',
  getImportance:
    'PED-ANOVA importance and Spearman rank correlation with the metric. Neither includes interactions; both are unreliable below 20 trials.',
  getCurves:
    'Each response has the trials of a block of 50: block 0 has the trials 1 to 50. Queued trials have no curve.',
  getDiagnosis:
    'Findings of rules over the config and the newest 500 trials: a metric that never came, the same error in most trials, the best values at the edge of a range, and others. Errors first; empty for a healthy sweep.',
  getPareto:
    'For sweeps with several `metrics`: the finished feasible trials that no other trial dominates, and their hypervolume with the worst value of each metric as the reference point.',
}
