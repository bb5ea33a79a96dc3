import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

export interface Diagnostic {
  /** 1-based; absent for errors without a position. */
  readonly line?: number
  readonly message: string
  readonly severity: 'error' | 'warning'
}

/** Mistakes and warnings of the service, at their lines. */
export function issueDiagnostics(
  text: string,
  issues: readonly { readonly path: string; readonly message: string; readonly fix?: string | undefined }[],
  warnings: readonly string[],
): readonly Diagnostic[] {
  const errors = issues.map(({ path, message, fix }): Diagnostic => {
    const line = path === '' ? undefined : lineOf(text, path)
    return {
      ...(line !== undefined && { line }),
      message: `${path === '' ? '' : `${path} `}${message}${fix === undefined ? '' : `: ${fix}`}`,
      severity: 'error',
    }
  })
  return [...errors, ...warnings.map((warning) => warningOf(text, warning))]
}

/** Warnings about YAML begin with their line, others often with a path. */
function warningOf(text: string, warning: string): Diagnostic {
  const [whole = '', number] = /^line (\d+): /.exec(warning) ?? []
  const [path = ''] = /^\w+(?:[.[][\w\]]+)*(?=[: ])/.exec(warning) ?? []
  const line = number !== undefined ? Number(number) : lineOf(text, path)
  const message = `warning: ${warning.slice(whole.length)}`
  return { ...(line !== undefined && { line }), message, severity: 'warning' }
}

/** The 1-based line of a path like `parameters.lr.values[2]`, or of its nearest existing parent. */
export function lineOf(text: string, path: string): number | undefined {
  const lines = new LineCounter()
  let node: unknown = parseDocument(text, { lineCounter: lines }).contents
  let rest = path
  let line: number | undefined
  while (rest !== '') {
    if (isMap(node)) {
      // Keys may contain dots; the longest match wins.
      const pair = node.items
        .filter(({ key }) => isScalar(key) && hasPrefix(rest, String(key.value)))
        .sort((a, b) => textOf(b.key).length - textOf(a.key).length)[0]
      if (!pair) break
      line = startOf(pair.key as Node, lines) ?? line
      rest = rest.slice(textOf(pair.key).length).replace(/^\./, '')
      node = pair.value
    } else if (isSeq(node)) {
      const [whole = '', index] = /^\[?(\d+)\]?\.?/.exec(rest) ?? []
      const item = index === undefined ? undefined : node.items[Number(index)]
      if (item === undefined) break
      line = startOf(item as Node, lines) ?? line
      rest = rest.slice(whole.length)
      node = item
    } else break
  }
  return line
}

/** Syntax errors. */
export function yamlDiagnostics(text: string): Diagnostic[] {
  const lines = new LineCounter()
  const { errors } = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  return errors.map(({ pos, message }) => ({ line: lines.linePos(pos[0]).line, message, severity: 'error' }))
}

const textOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '')

const hasPrefix = (path: string, name: string): boolean =>
  path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`)

const startOf = (node: Node, lines: LineCounter): number | undefined =>
  node.range ? lines.linePos(node.range[0]).line : undefined
