import type { RunKey, SweepKey } from '@chimney/core/schema/names'

const address = (...parts: readonly string[]): string => parts.map(encodeURIComponent).join('/')

/** The dashboard has the paths of W&B's pages, because the W&B client prints links to them. */
export const sweepUrl = (publicUrl: string, key: SweepKey): string =>
  `${publicUrl}/${address(key.entity, key.project, 'sweeps', key.sweep)}`
export const runUrl = (publicUrl: string, key: RunKey): string =>
  `${publicUrl}/${address(key.entity, key.project, 'runs', key.run)}`
