/** Vega-Lite specs for the chart definitions that `wandb.plot.*` names. Data have the roles as names of their fields. */
import type { RunChart } from './charts-of-run.ts'
import type { TableFile } from './load-table.ts'

type Spec = Readonly<Record<string, unknown>>

interface Preset {
  /** Role → default column. */
  readonly roles: readonly string[]
  readonly spec: (titles: Readonly<Record<string, string>>) => Spec
}

const quantitative = (field: string, title: string | undefined, more: object = {}) => ({
  field,
  type: 'quantitative',
  title: title ?? field,
  ...more,
})
const nominal = (field: string, title: string | undefined, more: object = {}) => ({
  field,
  type: 'nominal',
  title: title ?? field,
  ...more,
})
const NO_ZERO = { scale: { zero: false } }

const line: Preset = {
  roles: ['x', 'y', 'stroke'],
  spec: (titles) => ({
    mark: { type: 'line', tooltip: true },
    encoding: {
      x: quantitative('x', titles.x, NO_ZERO),
      y: quantitative('y', titles.y, NO_ZERO),
      ...(titles.stroke !== undefined && { color: nominal('stroke', titles.stroke) }),
    },
  }),
}

const curve: Preset = {
  roles: ['x', 'y', 'class'],
  spec: (titles) => ({
    mark: { type: 'line', tooltip: true },
    encoding: {
      // As logged: an ROC curve has several points at one x.
      order: { field: 'order', type: 'quantitative' },
      x: quantitative('x', titles.x, { scale: { domain: [0, 1] } }),
      y: quantitative('y', titles.y, { scale: { domain: [0, 1] } }),
      color: nominal('class', titles.class),
    },
  }),
}

const PRESETS: Readonly<Record<string, Preset>> = {
  'wandb/line/v0': line,
  'wandb/lineseries/v0': {
    roles: ['step', 'lineKey', 'lineVal'],
    spec: ({ step, xname }) => ({
      mark: { type: 'line', tooltip: true },
      encoding: {
        x: quantitative('step', xname ?? step, NO_ZERO),
        y: quantitative('lineVal', '', NO_ZERO),
        color: nominal('lineKey', ''),
      },
    }),
  },
  'wandb/scatter/v0': {
    roles: ['x', 'y'],
    spec: (titles) => ({
      mark: { type: 'point', filled: true, tooltip: true },
      encoding: { x: quantitative('x', titles.x, NO_ZERO), y: quantitative('y', titles.y, NO_ZERO) },
    }),
  },
  'wandb/bar/v0': {
    roles: ['label', 'value'],
    spec: (titles) => ({
      mark: { type: 'bar', tooltip: true },
      encoding: { x: quantitative('value', titles.value), y: nominal('label', titles.label, { sort: null }) },
    }),
  },
  'wandb/histogram/v0': {
    roles: ['value'],
    spec: (titles) => ({
      mark: { type: 'bar', tooltip: true },
      encoding: {
        x: quantitative('value', titles.value, { bin: { maxbins: 30 } }),
        y: { aggregate: 'count', title: 'Count' },
      },
    }),
  },
  'wandb/confusion_matrix/v1': {
    roles: ['Actual', 'Predicted', 'nPredictions'],
    spec: () => ({
      encoding: {
        x: nominal('Predicted', 'Predicted', { sort: null }),
        y: nominal('Actual', 'Actual', { sort: null }),
      },
      layer: [
        {
          mark: { type: 'rect', tooltip: true },
          encoding: { color: quantitative('nPredictions', 'Count') },
        },
        { mark: { type: 'text' }, encoding: { text: { field: 'nPredictions', type: 'quantitative' } } },
      ],
    }),
  },
  'wandb/area-under-curve/v0': curve,
}

/** The spec of a chart with its data; undefined for definitions that only W&B's own service has. */
export function specOf(chart: RunChart, { columns, data }: TableFile): Spec | undefined {
  const preset = Object.hasOwn(PRESETS, chart.definition) ? PRESETS[chart.definition] : undefined
  if (!preset) return undefined
  const used = preset.roles.flatMap((role) => {
    const column = chart.fields[role] ?? role
    const at = columns.findIndex((name) => String(name) === column)
    return at < 0 ? [] : [{ role, column, at }]
  })
  const values = data.map((row, order) => ({
    ...Object.fromEntries(used.map(({ role, at }) => [role, row[at]])),
    order,
  }))
  const titles = { ...chart.strings, ...Object.fromEntries(used.map(({ role, column }) => [role, column])) }
  return { ...preset.spec(titles), data: { values } }
}
