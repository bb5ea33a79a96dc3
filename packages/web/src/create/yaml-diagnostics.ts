import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

export interface Diagnostic {
  /** From 1; absent when it is about no line in particular. */
  readonly line?: number
  readonly message: string
}

/** The line at which a place like `parameters.lr.values[2]` stands, or the nearest one around it that is there; from 1. */
export function lineOf(text: string, path: string): number | undefined {
  const lines = new LineCounter()
  let node: unknown = parseDocument(text, { lineCounter: lines }).contents
  let rest = path
  let line: number | undefined
  while (rest !== '') {
    if (isMap(node)) {
      // A name may hold dots itself; the longest that fits is meant.
      const pair = node.items
        .filter(({ key }) => isScalar(key) && begins(rest, String(key.value)))
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

/** What keeps a text from being YAML. */
export function yamlDiagnostics(text: string): Diagnostic[] {
  const lines = new LineCounter()
  const { errors } = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  return errors.map(({ pos, message }) => ({ line: lines.linePos(pos[0]).line, message }))
}

const textOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '')

const begins = (path: string, name: string): boolean =>
  path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`)

const startOf = (node: Node, lines: LineCounter): number | undefined =>
  node.range ? lines.linePos(node.range[0]).line : undefined
