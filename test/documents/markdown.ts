/** Parses a Markdown page: fenced blocks with the comment above them, links, anchors, inline code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { anchorOf } from '../../site/anchor.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Block {
  /** From 1. */
  readonly line: number
  /** `sh`, `ts`, `yaml`, `json`, or `text` for output. Empty when the fence names none. */
  readonly language: string
  readonly code: string
  /** The HTML comment on the line above the fence, such as `not run: needs an AWS account`. */
  readonly mark: string | undefined
}

export interface Page {
  /** Relative to the repository. */
  readonly path: string
  readonly blocks: readonly Block[]
  /** Link targets without a URL scheme. */
  readonly links: readonly string[]
  readonly anchors: ReadonlySet<string>
  /** Contents of inline code. */
  readonly code: readonly string[]
}

/** README.md and its neighbors, docs, and the READMEs of examples. */
export const readPages = (): readonly Page[] => {
  const inside = (folder: string) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  const examples = readdirSync(join(ROOT, 'examples')).map((name) => join('examples', name, 'README.md'))
  return [...readdirSync(ROOT), ...inside('docs'), ...examples.filter((path) => existsSync(join(ROOT, path)))]
    .filter((path) => path.endsWith('.md'))
    .sort()
    .map((path) => readPage(path, readFileSync(join(ROOT, path), 'utf8')))
}

export function readPage(path: string, text: string): Page {
  const blocks: Block[] = []
  const prose: string[] = []
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const fence = /^\s*```(\S*)/.exec(lines[i]!)
    if (!fence) {
      prose.push(lines[i]!)
      continue
    }
    const start = i
    while (i + 1 < lines.length && !/^\s*```\s*$/.test(lines[i + 1]!)) i++
    const mark = /^\s*<!-- (.*) -->$/.exec(lines[start - 1] ?? '')?.[1]
    const code = `${lines.slice(start + 1, ++i).join('\n')}\n`
    blocks.push({ line: start + 1, language: fence[1] ?? '', code, mark })
  }
  const words = prose.join('\n')
  const links = [...words.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!)
  return {
    path,
    blocks,
    links: links.filter((target) => !/^[a-z]+:/.test(target)),
    anchors: anchorsOf(prose),
    code: [...words.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!),
  }
}

/** GitHub's heading anchors: lower case, no punctuation, hyphens for spaces, a number after repeated ones. */
function anchorsOf(lines: readonly string[]): Set<string> {
  const anchors = new Set<string>()
  for (const line of lines) {
    const title = /^#{1,6} (.*)$/.exec(line)?.[1]
    if (title === undefined) continue
    const slug = anchorOf(title)
    let anchor = slug
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`
    anchors.add(anchor)
  }
  return anchors
}

/** The target of a link: a path relative to the repository, and an anchor in that file. */
export function targetOf(page: Page, link: string): { readonly path: string; readonly anchor?: string } {
  const [file = '', anchor] = link.split('#')
  const path = file === '' ? page.path : join(dirname(page.path), decodeURI(file)).replace(/\/$/, '')
  return anchor === undefined ? { path } : { path, anchor }
}
