/** Plotly, loaded with the first figure: its build that needs no `new Function`. */
import type { Theme } from '../charts/theme.ts'

interface Figure {
  readonly data?: readonly object[]
  readonly layout?: { readonly [name: string]: unknown }
}

const HEIGHT = 320

/**
 * Plotly and the map library in it add style elements unless elements with these ids exist, and the policy of the pages forbids them. The
 * styles are those of maps and of the bar of tools, which is not shown.
 */
const STYLED = ['plotly.js-style-global', '9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53']

async function loadPlotly() {
  for (const id of STYLED) {
    if (document.getElementById(id)) continue
    const mark = document.createElement('meta')
    mark.id = id
    mark.className = 'no-inline-styles'
    document.head.append(mark)
  }
  return (await import('plotly.js-strict-dist-min')).default
}

/** Resolves with a function that removes the figure. */
export async function drawPlotly(element: HTMLElement, figure: object, theme: Theme): Promise<() => void> {
  const Plotly = await loadPlotly()
  const { data = [], layout = {} } = figure as Figure
  const axis = { gridcolor: theme.line, zerolinecolor: theme.edge }
  const template = {
    layout: {
      font: { color: theme.text },
      colorway: theme.series,
      xaxis: axis,
      yaxis: axis,
    },
  }
  const { width: _width, height: _height, ...own } = layout
  await Plotly.newPlot(
    element,
    data,
    {
      ...own,
      template,
      paper_bgcolor: theme.surface,
      plot_bgcolor: theme.surface,
      height: HEIGHT,
      margin: { l: 48, r: 16, t: 40, b: 40, ...(own.margin as object | undefined) },
    },
    { responsive: true, displaylogo: false, displayModeBar: false },
  )
  return () => Plotly.purge(element)
}
