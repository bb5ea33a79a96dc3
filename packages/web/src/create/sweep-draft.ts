import type { ConfigChange } from '@chimney/core/schema/api/diagnosis'
import { keysOf } from '@chimney/core/schema/json-pointer'
import { isCollection, isMap, isSeq, parseDocument, stringify, visit } from 'yaml'
import { isLongInteger } from '../model/params-text.ts'

type Config = Readonly<Record<string, unknown>>

/** Methods whose model uses results of other sweeps. */
const USES_RESULTS = new Set(['bayes', 'gp', 'tpe', 'cmaes'])

/**
 * A config for a new sweep: that of sweep `id` with the changes, without its seed. Its results inform the new one (`warm_start`) when only
 * parameters changed and the method can use them.
 */
export function draftYaml(config: Config, id: string, changes: readonly ConfigChange[]): string {
  const { seed: _, name, ...rest } = config
  const document = parseDocument(
    stringify(
      { ...(typeof name === 'string' && { name: `${name} (copy)` }), ...(withoutText(rest) as Config) },
      { lineWidth: 0 },
    ),
    { intAsBigInt: true },
  )
  for (const change of changes) {
    const keys = keysOf(change.path).map((key) => (/^\d+$/.test(key) ? Number(key) : key))
    if (change.op === 'remove') document.deleteIn(keys)
    else document.setIn(keys, document.createNode(withoutText(change.value)))
  }
  const onlyParameters = changes.length > 0 && changes.every(({ path }) => path.startsWith('/parameters/'))
  if (onlyParameters && USES_RESULTS.has(String(rest.method)) && !('warm_start' in rest))
    document.setIn(['warm_start'], document.createNode({ sweeps: [id] }))
  // A parameter is a line, as people write it.
  visit(document, {
    Map(_, node, path) {
      if (
        !path.some((each) => isCollection(each) && each.flow) &&
        node.items.every(({ value }) => !isMap(value))
      )
        if (path.length > 1) node.flow = true
    },
    Seq(_, node) {
      if (isSeq(node) && node.items.every((item) => !isCollection(item))) node.flow = true
    },
  })
  return document.toString({ lineWidth: 110 })
}

/** Pages hold integers beyond 2^53 as text; a config has their digits. */
function withoutText(value: unknown): unknown {
  if (isLongInteger(value)) return BigInt(value)
  if (Array.isArray(value)) return value.map(withoutText)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, withoutText(own)]))
  return value
}

/** The changes of an address; none when it was edited into something else. */
export function parseChanges(text: string | null): readonly ConfigChange[] {
  try {
    const given: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(given) ? given.filter(isChange) : []
  } catch {
    return []
  }
}

const isChange = (value: unknown): value is ConfigChange => {
  const { op, path } = (value ?? {}) as Partial<ConfigChange>
  return (
    (op === 'remove' || (op === 'add' && 'value' in (value as object))) &&
    typeof path === 'string' &&
    path !== ''
  )
}
