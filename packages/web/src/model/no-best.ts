import type { TrialBody } from '@chimney/core/schema/api/trials'

/** Why a sweep with this metric has no best trial: how its trials ended, and the most frequent reason. */
export function noBestText(metric: string, trials: readonly Pick<TrialBody, 'state' | 'reason'>[]): string {
  const ended = trials.filter(({ state }) => state !== 'queued' && state !== 'running')
  if (ended.length === 0) return `No trial has reported ${metric} yet.`
  const counts = countsOf(
    ended.map(({ state }) => (state === 'finished' ? 'finished without a value' : state)),
  )
  const how = counts.map(([state, count]) => `${count} ${state}`).join(', ')
  const [reason] = countsOf(ended.flatMap((trial) => trial.reason ?? []))
  return `No trial has a value of ${metric}: ${how}.${reason ? ` Most frequent reason: ${reason[0]}` : ''}`
}

/** Distinct texts with their counts, the most frequent first. */
function countsOf(texts: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)
}
