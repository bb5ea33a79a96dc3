import { Problem } from '@chimney/core/schema/problem'

/** Input fields that no mutation honours, with the sentence that refuses them: their sender must not believe that they had an effect. */
export const REFUSED: Readonly<Record<string, string>> = {
  'upsertSweep.controller': 'the service does the search: there are no local controllers',
  'upsertSweep.scheduler': 'sweeps have no schedulers here: start agents with wandb agent',
  'upsertSweep.launchScheduler': 'sweeps cannot be launched to queues here: start agents with wandb agent',
  'upsertSweep.templateVariableValues':
    'sweeps cannot be launched to queues here: there are no template variables',
  'upsertModel.id': 'a project cannot be changed: make one with another name',
  'upsertModel.repo': 'projects have no repository here',
  'upsertModel.framework': 'projects have no framework here',
  'upsertModel.dockerImage': 'projects have no image here',
  'upsertModel.views': 'projects have no saved views here',
}

/** Input fields that are not read because nothing follows from them. A path, or a name that means the same everywhere. */
export const NO_EFFECT: ReadonlySet<string> = new Set([
  'clientMutationId',
  'clientMutationID',
  // Marks a run of the client's own developers.
  'upsertBucket.debug',
  // The run's stream reports it.
  'upsertBucket.state',
  // Always empty.
  'agentHeartbeat.metrics',
  // Files are listed from the file store, so an upload needs no record.
  'markRunFilesUploaded.entityName',
  'markRunFilesUploaded.projectName',
  'markRunFilesUploaded.runName',
  'markRunFilesUploaded.files',
  // The id of the file says it.
  'deleteFiles.projectId',
  // The id of the artifact says it.
  'createArtifactManifest.entityName',
  'createArtifactManifest.projectName',
  'createArtifactManifest.runName',
  'useArtifact.artifactEntityName',
  'useArtifact.artifactProjectName',
  // A name for the use, deprecated by the client, which never reads it back.
  'useArtifact.usedAs',
  // The file's name says it.
  'createArtifactFiles.artifactFiles.mimetype',
  // Content is stored by its MD5, whatever manifest and layout lead to it; the storage checks the MD5 of each part.
  'createArtifactFiles.artifactFiles.artifactManifestID',
  'createArtifactFiles.artifactFiles.uploadPartsInput.hexMD5',
  'createArtifactFiles.storageLayout',
  // The only action is to complete it.
  'completeMultipartUploadArtifact.completeMultipartAction',
])

const isSet = (value: unknown): boolean =>
  !(Array.isArray(value) && value.length === 0) &&
  value !== undefined &&
  value !== null &&
  value !== '' &&
  value !== false &&
  value !== '{}' &&
  value !== 'null'

/** Throws `Problem('invalid', 'unsupported-input')` for an input with a refused field. */
export function refuseUnread(mutation: string, args: unknown): void {
  const input = (args as { readonly input?: Readonly<Record<string, unknown>> } | undefined)?.input
  for (const [path, sentence] of Object.entries(REFUSED)) {
    const [name, field = ''] = path.split('.')
    if (name === mutation && input && isSet(input[field]))
      throw new Problem('invalid', 'unsupported-input', sentence)
  }
}
