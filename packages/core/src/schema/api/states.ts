import * as z from 'zod'

export const SweepStateName = z.enum(['running', 'paused', 'finished', 'cancelled'])
export const RunStateName = z.enum([
  'queued',
  'running',
  'finished',
  'failed',
  'stopped',
  'killed',
  'crashed',
])
export const EndStateName = RunStateName.exclude(['queued', 'running'])
