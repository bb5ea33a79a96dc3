import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { TrialCurve } from '@chimney/core/schema/api/curves'
import { numberOf } from '@chimney/core/schema/json'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { mapInParallel } from '../../in-parallel.ts'
import { readHistory } from '../../runs/history/read-history.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { readTrialPages, trialPagesPrefix } from './trial-pages.ts'

/** Trials of one response, and of one file. Block 0 has the trials 1 to 50. */
export const CURVES_PER_BLOCK = 50
/** Of one curve: hundreds of them share a chart. */
const POINTS = 60
/** Part of the file names. Raise it when the form changes. */
const FORMAT = 2

type CurveDeps = Pick<Deps, 'store' | 'files' | 'clock' | 'onFailure'>

/**
 * A metric over the steps of the trials of a block. Curves of ended trials come from a file, whose name has the times at which the
 * trials changed; the first reader writes it when nearly all have ended.
 */
export async function trialCurves(
  deps: CurveDeps,
  sweep: { readonly record: SweepRecord; readonly head: SweepHead },
  metric: string,
  block: number,
): Promise<readonly TrialCurve[]> {
  const after = block * CURVES_PER_BLOCK
  const trials = (await readTrialPages(deps, sweep, { after, limit: CURVES_PER_BLOCK })).filter(
    ({ key }) => key.number <= after + CURVES_PER_BLOCK,
  )
  const ended = trials.filter(({ state }) => isEnd(state))
  const open = trials.filter(({ state }) => state === 'running')
  const curveOf = (trial: TrialRecord) => readCurve(deps, trial, metric)
  if (ended.length < CURVES_PER_BLOCK) return mapInParallel([...ended, ...open], curveOf)
  const changes = trials.map(({ attempt, updatedAt }) => `${attempt} ${updatedAt}`).join()
  const digest = createHash('sha256').update(`${metric}\n${changes}`).digest('hex').slice(0, 32)
  const name = `${trialPagesPrefix(sweep.record)}curves-${FORMAT}-${block}-${digest}.json.gz`
  const copy = await deps.files.get(name)
  if (copy) return JSON.parse((await promisify(gunzip)(copy)).toString()) as TrialCurve[]
  const curves = await mapInParallel(trials, curveOf)
  // A failed write does not fail the request.
  await deps.files
    .put(name, new Uint8Array(await promisify(gzip)(JSON.stringify(curves))), 'application/gzip')
    .catch((error: unknown) => deps.onFailure?.('the copy of curves', error))
  return curves
}

async function readCurve(deps: CurveDeps, { key, run }: TrialRecord, metric: string): Promise<TrialCurve> {
  const history = await readHistory(
    deps,
    { entity: key.entity, project: key.project, run },
    { series: 'metrics', keys: [metric], from: 0, to: Number.MAX_SAFE_INTEGER, samples: POINTS, limit: 1 },
  )
  const steps: number[] = []
  const seconds: number[] = []
  const values: number[] = []
  let start: number | undefined
  for (const { index, at, values: row } of history?.rows ?? []) {
    const value = numberOf(row[metric])
    if (value === undefined || !Number.isFinite(value)) continue
    steps.push(numberOf(row._step) ?? index)
    const logged = numberOf(row._timestamp)
    const time = logged !== undefined && Number.isFinite(logged) ? logged : at / 1000
    start ??= time
    seconds.push(Math.round((time - start) * 1000) / 1000)
    values.push(value)
  }
  return { number: key.number, steps, seconds, values }
}
