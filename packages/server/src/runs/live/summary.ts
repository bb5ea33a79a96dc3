import { type Json, parseJson } from '@chimney/core/schema/json'
import type { RunLive } from '../../store/runs.ts'

/** The summary as values. What is stored was written by us, so it parses. */
export const summaryOf = (live: Pick<RunLive, 'summary'>): { readonly [name: string]: Json } =>
  parseJson(live.summary) as { readonly [name: string]: Json }
