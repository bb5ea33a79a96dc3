/** The table of docs/wandb.md: flow × version. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const DOC = fileURLToPath(new URL('../../docs/wandb.md', import.meta.url))
const BEGIN = '<!-- table: written by npm run test:wandb -->'
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

/** Puts the table between its marks; leaves a file that holds it already as it is. */
export function writeTable(table: string): void {
  const text = readFileSync(DOC, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`${DOC} has lost the marks of its table`)
  const next = `${text.slice(0, from + BEGIN.length)}\n\n${table}\n${text.slice(to)}`
  if (next !== text) writeFileSync(DOC, next)
}
