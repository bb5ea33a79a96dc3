import { expect, it } from 'vitest'
import { svgSurface } from './svg-surface.ts'

it('renders a standalone SVG, and escapes text', () => {
  const surface = svgSurface(100, 50, '#fff')
  surface.lines([[0, 0, 10, 10, Number.NaN, 5, 20, 20]], { color: 'red', width: 1 })
  surface.text(5, 5, '<b>&"lr"', { color: '#000', size: 12 })
  const svg = surface.svg()
  expect(svg).toContain('M0 0L10 10M20 20')
  expect(svg).toContain('&lt;b&gt;&amp;&quot;lr&quot;')
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="100" height="50"/)
})
