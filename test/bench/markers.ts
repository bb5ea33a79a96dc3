/** The measured part of a page. A page with several has one per benchmark kind. The rest of the page is written by hand. */
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

/** A Markdown table. The first column is text (left-aligned), the others are numbers (right-aligned). */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, at) => (at === 0 ? '---' : '--:'))
  return `${[line(head), line(rule), ...rows.map(line)].join('\n')}\n`
}
