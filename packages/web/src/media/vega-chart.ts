/** Vega, loaded with the first chart. Expressions are interpreted: the policy of the pages forbids `new Function`. */
import { parse, View } from 'vega'
import { expressionInterpreter } from 'vega-interpreter'
import { compile } from 'vega-lite'
import { FONT } from '../charts/surface.ts'
import type { Theme } from '../charts/theme.ts'

const HEIGHT = 240
const SIZE = 12

/** Draws a Vega-Lite spec into an element. Resolves with a function that removes it. */
export async function drawVega(element: HTMLElement, spec: object, theme: Theme): Promise<() => void> {
  const themed = {
    width: Math.max(200, element.clientWidth - 8),
    height: HEIGHT,
    autosize: { type: 'fit', contains: 'padding' },
    background: theme.surface,
    ...spec,
    config: configOf(theme),
  }
  const { spec: compiled } = compile(themed as Parameters<typeof compile>[0])
  const view = new View(parse(compiled, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: 'canvas',
    container: element,
    // Titles of the browser instead of an element with its own styles.
    tooltip: (_handler, _event, _item, value) => {
      element.title = value === null || value === undefined ? '' : textOf(value)
    },
  })
  await view.runAsync()
  return () => view.finalize()
}

const textOf = (value: unknown): string =>
  typeof value === 'object'
    ? Object.entries(value as object)
        .map(([name, each]) => `${name}: ${each}`)
        .join('\n')
    : String(value)

const configOf = (theme: Theme) => {
  const text = { labelColor: theme.muted, titleColor: theme.text, labelFontSize: SIZE, titleFontSize: SIZE }
  return {
    font: FONT,
    axis: { ...text, gridColor: theme.line, domainColor: theme.edge, tickColor: theme.edge },
    legend: text,
    view: { stroke: theme.line },
    range: { category: theme.series, heatmap: theme.ramp, ramp: theme.ramp },
    mark: { color: theme.accent },
    text: { color: theme.text },
    line: { strokeWidth: 1.5 },
  }
}
