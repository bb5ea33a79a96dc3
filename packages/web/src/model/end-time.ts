import type { TrialBody } from '@chimney/core/schema/api/trials'

/** When an ended trial ended, Unix ms. One that ran elsewhere was added later. */
export const endTimeOf = ({ ended_at, updated_at }: Pick<TrialBody, 'ended_at' | 'updated_at'>): number =>
  Date.parse(ended_at ?? updated_at)
