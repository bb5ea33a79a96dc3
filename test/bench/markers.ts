/**
 * The part of a page that is measured; where there are several, the one written by the benchmark of that kind. Everything around it is
 * written by people.
 */
const BEGIN = '<!-- measured: '
const END = '<!-- /measured -->'

function split(page: string, kind: string): { before: string; measured: string; after: string } {
  const begin = page.indexOf(kind === '' ? BEGIN : `${BEGIN}written by \`npm run bench -- ${kind} `)
  const from = page.indexOf('\n', begin) + 1
  const to = page.indexOf(END, from)
  if (begin < 0 || from === 0 || to < from)
    throw new Error(`the page lacks the lines that begin with '${BEGIN}' and '${END}'`)
  return { before: page.slice(0, from), measured: page.slice(from, to), after: page.slice(to) }
}

export const measuredPart = (page: string, kind = ''): string => split(page, kind).measured

export function withMeasured(page: string, measured: string, kind = ''): string {
  const { before, after } = split(page, kind)
  return `${before}${measured}${after}`
}

/** Cells of the first column are text, the others numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, at) => (at === 0 ? '---' : '--:'))
  return `${[line(head), line(rule), ...rows.map(line)].join('\n')}\n`
}
