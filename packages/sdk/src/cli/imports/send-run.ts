import type { MetricsRequest } from '@chimney/core/schema/api/metrics'
import type { RunCreate } from '@chimney/core/schema/api/runs'
import type { Chimney } from '../../client.ts'
import { ChimneyError } from '../../error.ts'
import type { ImportedTrial } from './records.ts'

/** A run of no sweep. */
export type ImportedRun = Omit<ImportedTrial, 'params' | 'source'> & {
  readonly id: string
  readonly group?: string | null
  readonly job_type?: string | null
}

const BATCH_POINTS = 2_000

/** Creates the run with its history and end, unless it has ended here already; returns its path. An interrupted one is completed. */
export async function sendRun(client: Chimney, project: string, run: ImportedRun): Promise<string> {
  const { entity, project: name } = await client.projectAt(project)
  const path = `${entity}/${name}/${run.id}`
  const { id, config = {}, name: title, tags = [], notes, group, job_type, started_at } = run
  const body: RunCreate = {
    id,
    config,
    tags,
    ...(title !== undefined && { name: title }),
    ...(notes !== undefined && { notes }),
    ...(group && { group }),
    ...(job_type && { job_type }),
    ...(started_at !== undefined && { started_at }),
  }
  try {
    await client.createRun(project, body)
  } catch (error) {
    if (!(error instanceof ChimneyError) || error.code !== 'run-exists') throw error
    const { ended_at } = await client.getRun(path)
    if (ended_at !== null) return path
  }
  const { points = [], state = 'finished', summary, reason, ended_at } = run
  for (let from = 0; from < points.length; from += BATCH_POINTS)
    await client.postMetrics(path, {
      points: points.slice(from, from + BATCH_POINTS) as MetricsRequest['points'],
    })
  await client.finish(path, {
    state,
    ...(summary && { summary }),
    ...(reason !== undefined && { reason }),
    ...(ended_at !== undefined && { ended_at }),
  })
  return path
}
