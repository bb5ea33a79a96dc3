/** The tables of docs/wandb.md, each between its marks. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const DOC = fileURLToPath(new URL('../../docs/wandb.md', import.meta.url))
const END = '<!-- end of table -->'

/** A Markdown table with a line for each title and a column for each version. */
export function tableOf(
  titles: readonly string[],
  versions: readonly string[],
  cell: (title: string, version: string) => string,
): string {
  return [
    `| Flow | ${versions.join(' | ')} |`,
    `|---|${versions.map(() => '---|').join('')}`,
    ...titles.map((title) => `| ${title} | ${versions.map((version) => cell(title, version)).join(' | ')} |`),
    '',
  ].join('\n')
}

/** Puts the table below its mark; leaves a file that holds it already as it is. */
export function writeTable(table: string, mark: string): void {
  const text = readFileSync(DOC, 'utf8')
  const begin = `<!-- table: ${mark} -->`
  const from = text.indexOf(begin)
  const to = text.indexOf(END, from)
  if (from < 0 || to < from) throw new Error(`${DOC} has lost the marks of the table that is ${mark}`)
  const next = `${text.slice(0, from + begin.length)}\n\n${table}\n${text.slice(to)}`
  if (next !== text) writeFileSync(DOC, next)
}
