import type { ConfigChange } from '@chimney/core/schema/api/diagnosis'
import type { Json } from '@chimney/core/schema/json'
import { parameterPointer } from '@chimney/core/schema/json-pointer'
import type { Range } from './filter.ts'
import { type Column, type TrialTable, variedParams } from './trial-table.ts'

interface Spec {
  readonly distribution?: string
  readonly values?: readonly Json[]
  readonly probabilities?: readonly number[]
  readonly min?: number
  readonly max?: number
  readonly when?: Json
  readonly parameters?: Readonly<Record<string, Spec>>
}
type Parameters = Readonly<Record<string, Spec>>

/**
 * Changes of a config that narrow its space to the trials of `mask`. A brushed parameter (`ranges`, by column key) gets the brushed range, one
 * of `names` the range of these trials; when neither names a parameter, all varied parameters do. Ranges are
 * never wider than those of the config.
 */
export function narrowChanges(
  table: TrialTable,
  parameters: unknown,
  mask: Uint8Array,
  ranges: ReadonlyMap<string, Range>,
  names: ReadonlySet<string>,
): readonly ConfigChange[] {
  const varied = variedParams(table)
  const named = varied.filter(({ key, name }) => ranges.has(key) || names.has(name))
  const specs = leavesOf(parameters as Parameters)
  return (named.length > 0 ? named : varied).flatMap((column) => {
    const leaf = specs.get(column.name)
    const brushed = ranges.get(column.key)
    return leaf ? changesOf(column, leaf, brushed, mask) : []
  })
}

interface Leaf {
  readonly path: readonly string[]
  readonly spec: Spec
}

function leavesOf(parameters: Parameters, path: readonly string[] = []): Map<string, Leaf> {
  return new Map(
    Object.entries(parameters).flatMap(([name, spec]): [string, Leaf][] => {
      const here = [...path, name]
      return spec.parameters ? [...leavesOf(spec.parameters, here)] : [[here.join('.'), { path: here, spec }]]
    }),
  )
}

function changesOf(
  column: Column,
  { path, spec }: Leaf,
  brushed: Range | undefined,
  mask: Uint8Array,
): readonly ConfigChange[] {
  const passing = column.values.filter((value, row) => mask[row] === 1 && !Number.isNaN(value))
  if (passing.length === 0) return []
  const set = (key: string, value: Json): ConfigChange => ({
    op: 'add',
    path: parameterPointer(path, key),
    value,
  })
  if (spec.values) {
    const wanted = new Set(passing)
    const indexOf = (value: Json, i: number) => (column.kind === 'category' ? i : (value as number))
    const keep = spec.values.map((value, i) => {
      const own = indexOf(value, i)
      return brushed ? own >= brushed[0] && own <= brushed[1] : wanted.has(own)
    })
    const kept = <T>(list: readonly T[]) => list.filter((_, i) => keep[i])
    const values = kept(spec.values)
    if (values.length === 0 || values.length === spec.values.length) return []
    if (!spec.probabilities) return [set('values', values)]
    const chances = kept(spec.probabilities)
    const sum = chances.reduce((total, chance) => total + chance, 0)
    return sum > 0
      ? [
          set('values', values),
          set(
            'probabilities',
            chances.map((chance) => chance / sum),
          ),
        ]
      : []
  }
  if (column.kind !== 'number') return []
  const [from, to] = brushed ?? [Math.min(...passing), Math.max(...passing)]
  return rangeChanges(path, spec, from, to, set)
}

/** Distributions with a counterpart whose ends are values: these replace one whose ends are logarithms, or that has none. */
const BY_VALUES: Readonly<Record<string, string>> = {
  log_uniform: 'log_uniform_values',
  q_log_uniform: 'q_log_uniform_values',
  inv_log_uniform: 'inv_log_uniform_values',
  normal: 'uniform',
  log_normal: 'log_uniform_values',
}

function rangeChanges(
  path: readonly string[],
  spec: Spec,
  from: number,
  to: number,
  set: (key: string, value: Json) => ConfigChange,
): readonly ConfigChange[] {
  const integer = spec.distribution === 'int_uniform'
  const low = integer ? Math.ceil(from) : outwards(from, Math.floor)
  const high = integer ? Math.floor(to) : outwards(to, Math.ceil)
  if (!(low < high)) return []
  const replaced = BY_VALUES[spec.distribution ?? '']
  if (replaced !== undefined) {
    if (replaced !== 'uniform' && low <= 0) return []
    const { mu, sigma, ...rest } = spec as Spec & { readonly mu?: number; readonly sigma?: number }
    const value = { ...rest, distribution: replaced, min: low, max: high } as unknown as Json
    return [{ op: 'add', path: parameterPointer(path), value }]
  }
  if (spec.min === undefined || spec.max === undefined) return []
  const [min, max] = [Math.max(spec.min, low), Math.min(spec.max, high)]
  if (!(min < max)) return []
  return [...(min > spec.min ? [set('min', min)] : []), ...(max < spec.max ? [set('max', max)] : [])]
}

/** Three significant digits. */
function outwards(value: number, round: (value: number) => number): number {
  if (value === 0) return 0
  const step = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2)
  // Through text, because a product with a power of ten ends in digits such as 0.30000000000000004.
  return Number((round(Number((value / step).toPrecision(12))) * step).toPrecision(3))
}
