/** Where a position of a YAML text is in the config. */
export interface YamlCursor {
  /** Keys from the top to the mapping that the position is in; `[]` stands for an item of a list. */
  readonly path: readonly string[]
  /** Of the value that is being written; undefined where a key is. */
  readonly key: string | undefined
  /** Start of the word before the position. */
  readonly from: number
}

const KEY = /^(?:"([^"]*)"|'([^']*)'|([^\s,:[\]{}#"'][^,:[\]{}#]*?))\s*:(?=\s|$)/
const WORD = /[^\s,:[\]{}"'#]*$/

/**
 * Finds it by indentation and by brackets of the same line, since a text that is being typed does not parse. Brackets that span lines are
 * not followed.
 */
export function yamlCursorAt(text: string, position: number): YamlCursor {
  const start = text.lastIndexOf('\n', position - 1) + 1
  const prefix = text.slice(start, position)
  const from = position - (WORD.exec(prefix)?.[0].length ?? 0)
  const { column, dashes, rest } = splitLine(prefix)
  const path = [
    ...parentsOf(text.slice(0, start), dashes[0] ?? column, dashes.length > 0),
    ...dashes.map(() => '[]'),
  ]
  const inLine = readFlow(rest)
  return { path: [...path, ...inLine.path], key: inLine.key, from }
}

interface Line {
  /** Of its first character that is no dash. */
  readonly column: number
  /** Columns of the dashes that begin it. */
  readonly dashes: readonly number[]
  readonly rest: string
}

function splitLine(line: string): Line {
  const dashes: number[] = []
  let column = line.length - line.trimStart().length
  while (/^-(?:\s|$)/.test(line.slice(column))) {
    dashes.push(column)
    const after = line.slice(column + 1)
    column += 1 + after.length - after.trimStart().length
  }
  return { column, dashes, rest: line.slice(column) }
}

/** Keys above a line whose content begins at `column`. A list may begin in the column of its key. */
function parentsOf(above: string, column: number, isItem: boolean): readonly string[] {
  const path: string[] = []
  let [limit, sameColumn] = [column, isItem]
  for (const line of above.split('\n').reverse()) {
    if (limit === 0 && !sameColumn) break
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    const { column: at, dashes, rest } = splitLine(line)
    const key = KEY.exec(rest)
    if (key && (at < limit || (sameColumn && at === limit && dashes.length === 0))) {
      path.unshift(nameOf(key))
      ;[limit, sameColumn] = [at, false]
    }
    const dash = dashes.findLast((each) => each < limit)
    if (dash !== undefined && (!key || at === limit)) {
      path.unshift('[]')
      ;[limit, sameColumn] = [dash, true]
    }
  }
  return path
}

const nameOf = (match: RegExpExecArray): string => match[1] ?? match[2] ?? match[3] ?? ''

/** `rest` is a line from its first key or value to the position. */
function readFlow(rest: string): { readonly path: readonly string[]; readonly key: string | undefined } {
  // Open keys and brackets.
  const path: string[] = []
  const brackets: ('{' | '[')[] = []
  let key: string | undefined
  for (let at = 0; at < rest.length; ) {
    const left = rest.slice(at)
    const found = brackets.at(-1) === '[' ? null : KEY.exec(left)
    if (found && key === undefined) {
      key = nameOf(found)
      at += found[0].length
      continue
    }
    const sign = left[0]!
    if (sign === '{' || sign === '[') {
      // A bracket without a key is an item of a list.
      path.push(key ?? '[]')
      brackets.push(sign)
      key = undefined
    } else if (sign === '}' || sign === ']') {
      brackets.pop()
      path.pop()
      key = undefined
    } else if (sign === ',') key = undefined
    else if (sign === '"' || sign === "'") {
      const end = rest.indexOf(sign, at + 1)
      if (end < 0) break
      at = end
    } else if (sign === '#' && (at === 0 || rest[at - 1] === ' ')) break
    at++
  }
  // In `[` the value belongs to the list.
  if (brackets.at(-1) === '[') return { path: path.slice(0, -1), key: path.at(-1) }
  return { path, key }
}
