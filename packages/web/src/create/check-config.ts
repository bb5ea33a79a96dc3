import './no-eval.ts'

import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { Problem } from '@chimney/core/schema/problem'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import { type Diagnostic, issueDiagnostics } from './yaml-diagnostics.ts'

interface Checked {
  readonly text: string
  /** Undefined when it has errors. */
  readonly config: SweepConfig | undefined
  readonly diagnostics: readonly Diagnostic[]
}

let last: Checked | undefined

/** What the service would say of a config, by its own parser. Large: only lazily loaded code imports it. */
export function checkConfig(text: string): Checked {
  if (last?.text !== text) last = check(text)
  return last
}

function check(text: string): Checked {
  try {
    const { config, warnings } = parseSweepConfig(text)
    return { text, config, diagnostics: issueDiagnostics(text, [], warnings) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const issues = error.issues.length > 0 ? error.issues : [{ path: '', message: error.message }]
    return { text, config: undefined, diagnostics: issueDiagnostics(text, issues, error.warnings) }
  }
}
