import { type Json, parseJson } from '@chimney/core/schema/json'
import type { RunLive } from '../../store/runs.ts'

/** The parsed summary. The service wrote it, so it is valid JSON. */
export const summaryOf = (live: Pick<RunLive, 'summary'>): { readonly [name: string]: Json } =>
  parseJson(live.summary) as { readonly [name: string]: Json }
