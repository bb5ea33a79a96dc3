import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { specOf } from './chart-specs.ts'
import { chartsOf } from './charts-of-run.ts'

const { charts } = JSON.parse(
  readFileSync(new URL('../../../../test/browser/wandb-media.json', import.meta.url), 'utf8'),
)

it('finds the table and the columns of every chart that a client logged', () => {
  const found = chartsOf(charts)
  expect(found.map(({ key, table, definition }) => [key, table, definition]).sort()).toEqual([
    ['plots/bar', 'plots/bar_table', 'wandb/bar/v0'],
    ['plots/confusion', 'plots/confusion_table', 'wandb/confusion_matrix/v1'],
    ['plots/histogram', 'plots/histogram_table', 'wandb/histogram/v0'],
    ['plots/line', 'plots/line_table', 'wandb/line/v0'],
    ['plots/lines', 'plots/lines_table', 'wandb/lineseries/v0'],
    ['plots/own', 'plots/own_table', 'me/my-chart'],
    ['plots/roc', 'plots/roc_table', 'wandb/area-under-curve/v0'],
    ['plots/scatter', 'plots/scatter_table', 'wandb/scatter/v0'],
  ])
})

it('names the fields of the data by their roles, so that names of columns need no escapes', () => {
  const [chart] = chartsOf({
    odd: {
      panel_config: {
        panelDefId: 'wandb/bar/v0',
        fieldSettings: { label: 'a.b[0]', value: 'n' },
        userQuery: { fields: [{ args: [{ name: 'tableKey', value: 'odd_table' }] }] },
      },
    },
  })
  const spec = specOf(chart!, { columns: ['n', 'a.b[0]'], data: [[3, 'x']] })
  expect(spec?.data).toEqual({ values: [{ label: 'x', value: 3, order: 0 }] })
  expect(specOf({ ...chart!, definition: 'me/own' }, { columns: [], data: [] })).toBeUndefined()
})
