import type { Finding, Severity } from '../../schema/api/diagnosis.ts'
import { idleAgents, lostLeases, noAgent } from './agent-rules.ts'
import type { Rule, SweepEvidence } from './evidence.ts'
import { sameError } from './failure-rules.ts'
import { loggedOnce, missingMetric, noneFeasible, oppositeGoal } from './metric-rules.ts'
import { noEffect, valueFails } from './parameter-rules.ts'
import { allEqual, noImprovement, noise } from './progress-rules.ts'
import { bestAtEdge, budget, linearScale } from './range-rules.ts'

/** In the order of their findings within one severity. Each states its thresholds. */
export const RULES: readonly Rule[] = [
  sameError,
  missingMetric,
  noneFeasible,
  loggedOnce,
  oppositeGoal,
  valueFails,
  lostLeases,
  allEqual,
  noise,
  bestAtEdge,
  linearScale,
  budget,
  noImprovement,
  noEffect,
  noAgent,
  idleAgents,
]

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, remark: 2 }

/** What is wrong with a sweep: errors, then warnings, then remarks. Empty for a sweep that is small or healthy. */
export function diagnose(sweep: SweepEvidence): readonly Finding[] {
  return RULES.flatMap((rule) => rule(sweep)).sort((a, b) => ORDER[a.severity] - ORDER[b.severity])
}
