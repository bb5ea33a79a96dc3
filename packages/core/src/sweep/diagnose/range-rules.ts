import type { Finding, Remedy } from '../../schema/api/diagnosis.ts'
import { floatOf, numberOf } from '../../schema/json.ts'
import { parameterPointer } from '../../schema/json-pointer.ts'
import { valueAt } from '../../space/point.ts'
import type { Dimension } from '../../space/space.ts'
import { counted, figure, finding, measured, newSweep, type Rule, setDistribution } from './evidence.ts'
import { wordsOf } from './logged.ts'

/** Ranges with two ends that the config chose: not normal, not beta, not a list. */
const isRange = ({ config, low, high }: Dimension): boolean =>
  'min' in config && Number.isFinite(low) && Number.isFinite(high) && low < high

const MIN_TRIALS = 20
/** So many of the best trials are looked at, and so many of them must be at the same end. */
const BEST = 5
const AT_END = 4
/** Share of the range, by the distribution: on a logarithmic scale of the logarithm. */
const NEAR = 0.02
/** Of a range with fewer values each value is more than 2% of it. */
const MIN_VALUES = 50

/**
 * `best-at-edge`: of at least 20 finished trials with a value, the best one and at least 4 of the best 5 lie within 2% of the same
 * end of a range. By chance fewer than one range in 100,000. A warning, but a remark at a low end of 0, which is often a natural bound. Ranges
 * with fewer than 50 values are left out.
 */
export const bestAtEdge: Rule = (sweep) => {
  const trials = measured(sweep)
  if (trials.length < MIN_TRIALS) return []
  const best = [...trials].sort((a, b) => a.loss - b.loss || a.number - b.number).slice(0, BEST)
  return sweep.space.dimensions.flatMap((dimension): readonly Finding[] => {
    if (!isRange(dimension) || dimension.size < MIN_VALUES) return []
    const places = best.map(({ params }) => {
      const value = valueAt(params, dimension.path)
      return value === undefined ? undefined : dimension.encode(value)
    })
    for (const end of ['low', 'high'] as const) {
      const isNear = (u: number | undefined) => u !== undefined && (end === 'low' ? u <= NEAR : u >= 1 - NEAR)
      const near = best.filter((_, i) => isNear(places[i]))
      if (!isNear(places[0]) || near.length < AT_END) continue
      const at = dimension[end]
      const key = end === 'low' ? 'min' : 'max'
      const { name } = dimension
      return [
        finding(
          'best-at-edge',
          end === 'low' && at === 0 ? 'remark' : 'warning',
          `${near.length} of the best ${best.length} trials have ${name} within 2% of its ${key} ${figure(at)}`,
          `widen the range: ${end === 'low' ? 'lower' : 'raise'} ${key} of ${name}, unless ${figure(at)} is a natural bound`,
          { trials: near, keys: [name], numbers: { [key]: at, near: near.length, best: best.length } },
          widened(dimension, end),
        ),
      ]
    }
    return []
  })
}

/** Distributions whose `min` and `max` are values; others have logarithms. */
const HAS_VALUES_AS_ENDS = /^(int_uniform|uniform|q_uniform|log_uniform_values|q_log_uniform_values)$/

/** By a factor of 10 on a logarithmic scale, else by half of the range; not from above 0 to 0 or below. */
function widened(
  { path, config, scale, kind, low, high }: Dimension,
  end: 'low' | 'high',
): Remedy | undefined {
  const from = end === 'low' ? low : high
  if (!('min' in config) || !HAS_VALUES_AS_ENDS.test(config.distribution) || from === 0) return undefined
  const by = end === 'low' ? -1 : 1
  const to = scale === 'log' ? from * 10 ** by : from + (by * (high - low)) / 2
  const limited = end === 'low' && low > 0 ? Math.max(to, low / 10) : to
  const value = kind === 'integer' ? Math.round(limited) : Number(limited.toPrecision(6))
  if (value === from) return undefined
  return newSweep({
    op: 'add',
    path: parameterPointer(path, end === 'low' ? 'min' : 'max'),
    value: kind === 'integer' ? value : floatOf(value),
  })
}

/** Whole words of a name, joined by a space. */
const LOG_NAMES =
  /(^| )(lr|learning rate|learningrate|weight decay|wd|l1|l2|reg|regularization|alpha reg|epsilon|eps|tol|tolerance)( |$)/
const LR_DECAY = /(decay rate|lr decay|decay steps|scheduler|warmup|factor|gamma)/
/** A range of a name like `lr` may span so little that the scale does not matter. */
const NAMED_RATIO = 10
const ANY_RATIO = 1_000

/**
 * `linear-scale`, without a minimal count of trials: a range on a linear scale that asks for a logarithmic one. A warning for names like
 * `lr` or `weight_decay` whose ends differ by a factor of 10 or more (or whose low end is 0), and for any real range whose ends,
 * both above 0, differ by a factor of 1,000; a remark for integers with such ends.
 */
export const linearScale: Rule = ({ space }) =>
  space.dimensions.flatMap((dimension): readonly Finding[] => {
    const { config, name, low, path } = dimension
    if (!isRange(dimension) || dimension.scale === 'log' || low < 0 || !('min' in config)) return []
    const [min, max] = [numberOf(config.min)!, numberOf(config.max)!]
    if (!(max > 0) || min < 0) return []
    const words = wordsOf(path[path.length - 1]!).join(' ')
    const isInteger = dimension.kind === 'integer'
    const named = !isInteger && LOG_NAMES.test(words) && !LR_DECAY.test(words)
    const ratio = min > 0 ? max / min : Number.POSITIVE_INFINITY
    const spans = min > 0 && ratio >= ANY_RATIO
    if (!(named && ratio >= NAMED_RATIO) && !spans) return []
    const from = min > 0 ? figure(min) : figure(max / 10_000)
    return [
      finding(
        'linear-scale',
        isInteger ? 'remark' : 'warning',
        spans
          ? `${name} has a linear scale from ${figure(min)} to ${figure(max)}: 90% of the trials are above ${figure(min + (max - min) / 10)}`
          : `${name} has a linear scale from ${figure(min)} to ${figure(max)}; a parameter of this name usually varies by orders of magnitude`,
        isInteger
          ? `if small values matter as much as large ones, use ${name}: {distribution: q_log_uniform_values, q: 1, min: ${figure(min)}, max: ${figure(max)}}`
          : `use ${name}: {distribution: log_uniform_values, min: ${from}, max: ${figure(max)}}`,
        { keys: [name], numbers: { min, max, ...(min > 0 && { decades: Math.log10(ratio) }) } },
        newSweep(
          setDistribution(
            dimension,
            isInteger
              ? { distribution: 'q_log_uniform_values', q: 1, min, max }
              : { distribution: 'log_uniform_values', min: floatOf(Number(from)), max: floatOf(max) },
          ),
        ),
      ),
    ]
  })

/** Trials per free parameter that a search needs at least; as a rule of thumb. */
const PER_PARAMETER = 5

/**
 * `budget-too-small`, without a minimal count of trials. For `grid`: the limit is below the number of cells, so that the last cells are
 * never tried; a warning. For other methods: the space has more points than the limit, and the limit is at most the number of free
 * parameters (a warning) or below 5 per free parameter (a remark, from 3 free parameters on).
 */
export const budget: Rule = ({ config, space, limit }) => {
  if (limit === undefined) return []
  const free = space.dimensions.filter(({ size }) => size > 1)
  const numbers = { limit, parameters: free.length, points: space.size }
  if (space.size <= limit) return []
  if (config.method === 'grid')
    return [
      finding(
        'budget-too-small',
        'warning',
        `the grid has ${space.size} cells and the sweep ends after ${counted(limit, 'trial')}, so ${free[0]?.name ?? 'a parameter'} keeps its first values`,
        `raise run_cap to ${space.size}, use fewer values, or use method: random, which covers all parameters evenly`,
        { keys: free.map(({ name }) => name), numbers },
        Number.isFinite(space.size) ? { kind: 'run-cap', run_cap: space.size } : undefined,
      ),
    ]
  const tooFew = limit <= free.length
  if (free.length < 3 || limit >= PER_PARAMETER * free.length) return []
  return [
    finding(
      'budget-too-small',
      tooFew ? 'warning' : 'remark',
      `${counted(limit, 'trial')} are few for ${free.length} parameters`,
      `raise run_cap to ${PER_PARAMETER * free.length} or more, or fix the parameters that matter least`,
      { keys: free.map(({ name }) => name), numbers },
      { kind: 'run-cap', run_cap: PER_PARAMETER * free.length },
    ),
  ]
}
