/** Sweeps for the tests of the rules. */
import type { Json } from '../../schema/json.ts'
import { parseSweepConfig } from '../../schema/parse-sweep-config.ts'
import { buildSpace } from '../../space/build-space.ts'
import type { RunEvidence, SweepEvidence, TrialEvidence } from './evidence.ts'
import { loggedOf } from './logged.ts'

export const NOW = 1_800_000_000_000

/** A running sweep at {@link NOW}; `config` as YAML or JSON. `trials` get the numbers 1, 2, … */
export function sweepOf(
  config: string | object,
  trials: readonly Partial<TrialEvidence>[] = [],
  more: Partial<Omit<SweepEvidence, 'config' | 'space' | 'trials'>> = {},
): SweepEvidence {
  const parsed = parseSweepConfig(typeof config === 'string' ? config : JSON.stringify(config)).config
  return {
    config: parsed,
    space: buildSpace(parsed.parameters),
    state: 'running',
    taken: trials.length,
    limit: parsed.run_cap,
    open: trials.filter(({ state }) => state === 'running' || state === 'queued').length,
    agents: [],
    now: NOW,
    trials: trials.map((trial, i) => ({
      number: i + 1,
      params: {},
      state: 'finished',
      attempt: 1,
      updatedAt: NOW,
      ...trial,
    })),
    ...more,
  }
}

export const runOf = (
  summary: { readonly [name: string]: Json },
  more: Partial<Omit<RunEvidence, 'logged'>> = {},
): RunEvidence => ({ reports: 5, lostBy: [], ...more, logged: loggedOf(summary) })

export const times = <T>(count: number, item: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => item(i))
