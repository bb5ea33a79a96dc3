/** Logs the run again that `test/wandb/record-media.ts` recorded. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Service } from './service.ts'

interface Recording {
  readonly charts: object
  readonly class_labels: object
  readonly rows: readonly ({ readonly _step: number; readonly _timestamp: number } & Record<
    string,
    unknown
  >)[]
  /** Contents in base64, by name. */
  readonly files: Readonly<Record<string, string>>
  /** Contents of files in artifacts in base64, by address. */
  readonly artifacts: Readonly<Record<string, string>>
}
export const recording: Recording = JSON.parse(
  readFileSync(new URL('./wandb-media.json', import.meta.url), 'utf8'),
)

const SCHEME = 'wandb-client-artifact://'

/** Into a run that exists. */
export async function replayMedia(service: Service, project: string, run: string): Promise<void> {
  const { client, cloud } = service
  const key = { entity: 'local', project, run }
  const { store, files } = cloud.deps
  const { record } = (await store.getRun(key))!
  const { charts: visualize, class_labels } = recording
  const extra = JSON.stringify({ wandb: { visualize, ...class_labels } })
  if (!(await store.replaceRun({ ...record, extra, rev: record.rev + 1 })))
    throw new Error('the run has changed')
  // Clients invent another id for each artifact.
  const rows: Recording['rows'] = JSON.parse(JSON.stringify(recording.rows).replaceAll(SCHEME, SCHEME + run))
  await client.postMetrics(`local/${project}/${run}`, {
    points: rows.map(({ _step: step, _timestamp: at, ...values }) => ({ step, at, values })),
  })
  for (const [name, base64] of Object.entries(recording.files))
    await files.put(
      `runs/local/${project}/${run}/${name.split('/').map(encodeURIComponent).join('/')}`,
      Buffer.from(base64, 'base64'),
    )
  await replayArtifacts(service, project, run)
}

/** The artifacts of tables, as the client's uploads leave them. */
async function replayArtifacts({ cloud }: Service, project: string, run: string): Promise<void> {
  const { store, files } = cloud.deps
  const manifests = new Map<string, Record<string, { digest: string; size: number }>>()
  for (const [address, base64] of Object.entries(recording.artifacts)) {
    const [, client = '', name = ''] = /^wandb-client-artifact:\/\/([^/]+)\/(.+)$/.exec(address)!
    const bytes = Buffer.from(base64, 'base64')
    const md5 = createHash('md5').update(bytes).digest()
    await files.put(`artifacts/local/blobs/${md5.toString('hex')}`, bytes)
    const contents = manifests.get(client) ?? {}
    contents[name] = { digest: md5.toString('base64'), size: bytes.length }
    manifests.set(client, contents)
  }
  for (const [i, [client, contents]] of [...manifests].entries()) {
    const collection = `run-${run}-table-${i}`
    const manifest = `artifacts/local/manifests/u1-${run}-${i}/wandb_manifest.json`
    await files.put(manifest, Buffer.from(JSON.stringify({ version: 1, contents })))
    const artifact = {
      entity: 'local',
      project,
      collection,
      uid: 'u1',
      type: 'run_table',
      digest: 'd',
      tags: [],
      aliases: {},
      run,
      manifest,
      version: 0,
      size: 0,
      fileCount: Object.keys(contents).length,
      createdAt: 1,
    }
    const text = JSON.stringify(artifact)
    await store.putDocument({ entity: 'local', project }, { name: `artifact/${collection}/u1`, text, rev: 1 })
    const id = Buffer.from(JSON.stringify(['Artifact', 'local', project, collection, 'u1'])).toString(
      'base64',
    )
    const hash = createHash('sha256')
      .update(run + client)
      .digest('hex')
      .slice(0, 32)
    await store.putDocument(
      { entity: 'local', project: '~' },
      { name: `artifact-client/${hash}`, text: id, rev: 1 },
    )
  }
}
