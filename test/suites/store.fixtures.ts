import { parseJson } from '@chimney/core/schema/json'
import type { RunKey, SweepKey, TrialKey } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import type { RunLive, RunRecord } from '@chimney/server/store/runs'
import type { EndCounts, SweepHead, SweepRecord } from '@chimney/server/store/sweeps'
import type { TrialRecord } from '@chimney/server/store/trials'

export const T0 = Date.UTC(2030, 0, 1)
export const NO_ENDS: EndCounts = { finished: 0, failed: 0, stopped: 0, killed: 0, crashed: 0 }

/** Floats of integral value, which YAML distinguishes from integers, and numbers that DynamoDB's own type cannot hold. */
const CONFIG = parseJson(
  '{"method":"random","metric":{"name":"loss","goal":"minimize","impute":"worst","impute_while_running":"false"},' +
    '"parameters":{"lr":{"distribution":"uniform","min":1e-300,"max":1.0},"layers":{"distribution":"int_uniform","min":1,"max":5}},' +
    '"retry":{"max_attempts":3}}',
) as unknown as SweepConfig

export const sweepRecord = (key: SweepKey, more: Partial<SweepRecord> = {}): SweepRecord => ({
  key,
  config: CONFIG,
  source: 'method: random\n',
  seed: 42,
  warnings: [],
  createdAt: T0,
  rev: 1,
  ...more,
})

export const sweepHead = (more: Partial<SweepHead> = {}): SweepHead => ({
  state: 'running',
  taken: 0,
  enqueued: [],
  ended: NO_ENDS,
  waiting: [],
  settled: 0,
  updatedAt: T0,
  rev: 1,
  ...more,
})

export const trialRecord = (key: TrialKey, more: Partial<TrialRecord> = {}): TrialRecord => ({
  key,
  run: `r${key.number}`,
  params: parseJson('{"lr":0.001,"momentum":1.0,"layers":3,"opt":{"name":"adam"}}') as Params,
  state: 'running',
  attempt: 1,
  suggestedBy: { arm: 'random', why: 'drawn from the distributions' },
  createdAt: T0,
  updatedAt: T0,
  ...more,
})

export const runRecord = (key: RunKey, more: Partial<RunRecord> = {}): RunRecord => ({
  key,
  displayName: 'happy-sweep-1',
  config: '{"lr":0.001,"momentum":1.0}',
  tags: ['a', 'b'],
  createdAt: T0,
  rev: 1,
  ...more,
})

export const runLive = (key: RunKey, more: Partial<RunLive> = {}): RunLive => ({
  key,
  state: 'running',
  attempt: 1,
  leaseUntil: T0 + 300_000,
  heartbeatAt: T0,
  startedAt: T0,
  summary: '{"loss":0.5,"acc":1.0,"bad":NaN}',
  lastIndex: -1,
  lost: 0,
  seen: 0,
  seenIndex: -1,
  rev: 1,
  ...more,
})
