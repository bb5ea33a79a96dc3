import type { Finding } from '@chimney/core/schema/api/diagnosis'
import pc from 'picocolors'
import { formatValue, printable } from './values.ts'

const SYMBOLS: Readonly<Record<Finding['severity'], string>> = { error: '✗', warning: '!', remark: '-' }
const MAX_LISTED = 8

/** Three lines per finding: the sentence, its evidence, what to do. */
export const findingLines = (findings: readonly Finding[], hasColors: boolean): string[] => {
  const colors = pc.createColors(hasColors)
  const paint = { error: colors.red, warning: colors.yellow, remark: colors.dim }
  return findings.flatMap((finding) => [
    `${paint[finding.severity](SYMBOLS[finding.severity])} ${printable(finding.message)} ${colors.dim(`(${finding.code})`)}`,
    `    evidence: ${printable(evidenceOf(finding)) || 'the config'}`,
    `    fix: ${printable(finding.fix)}`,
  ])
}

/** One line, for a live view. */
export const findingLine = ({ severity, message, fix }: Finding): string =>
  `${SYMBOLS[severity]} ${printable(message)}; ${printable(fix)}`

const evidenceOf = ({ evidence: { trials, keys, numbers } }: Finding): string =>
  [
    trials.length > 0 && `${trials.length === 1 ? 'trial' : 'trials'} ${listed(trials.map(String))}`,
    keys.length > 0 && listed(keys),
    ...Object.entries(numbers).map(([name, value]) => `${name.replaceAll('_', ' ')} ${formatValue(value)}`),
  ]
    .filter((part) => part !== false)
    .join(' · ')

const listed = (items: readonly string[]): string =>
  items.slice(0, MAX_LISTED).join(', ') + (items.length > MAX_LISTED ? ', …' : '')
