declare module 'plotly.js-strict-dist-min' {
  const Plotly: {
    newPlot(element: HTMLElement, data: readonly object[], layout: object, config: object): Promise<void>
    purge(element: HTMLElement): void
  }
  export default Plotly
}
