/** Copies the documents to the pages of the site, and rewrites links that lead out of `docs`. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { PAGES, ROOT } from './folders.ts'

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const markdownIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((path) => path.endsWith('.md'))

export const writePage = (page: string, text: string): void => {
  const path = join(PAGES, page)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

export const titleOf = (text: string): string => /^# (.*)$/m.exec(text)?.[1]?.replaceAll('`', '') ?? ''

/** Page of the site, by the path in the repository. */
function pagesOf(): ReadonlyMap<string, string> {
  const examples = readdirSync(join(ROOT, 'examples'))
    .map((name) => `examples/${name}`)
    .filter((folder) => existsSync(join(ROOT, folder, 'README.md')))
  return new Map([
    ['README.md', 'index.md'],
    ['SECURITY.md', 'security.md'],
    ['CONTRIBUTING.md', 'contributing.md'],
    ['CHANGELOG.md', 'changelog.md'],
    ...examples.flatMap((folder): [string, string][] => [
      [`${folder}/README.md`, `${folder}.md`],
      [folder, `${folder}.md`],
    ]),
    ...markdownIn('docs').map((path): [string, string] => [
      path,
      path.slice('docs/'.length).replace(/README\.md$/, 'index.md'),
    ]),
  ])
}

/** `repository` is the address of the repository's files, which links to source code need; without it they become text. */
export function stage(repository: string | undefined): void {
  const pages = pagesOf()
  cpSync(join(ROOT, 'docs/images'), join(PAGES, 'public/images'), { recursive: true })
  writePage('index.md', read('site/home.md'))
  for (const [path, page] of pages)
    if (path.endsWith('.md') && path !== 'README.md')
      writePage(page, rewriteLinks(read(path), path, pages, repository))
}

/** Rewrites the links of a page, outside of code. */
export function rewriteLinks(
  text: string,
  path: string,
  pages: ReadonlyMap<string, string>,
  repository: string | undefined,
): string {
  const link = (whole: string, image: string, label: string, target: string) => {
    if (/^([a-z]+:|#)/.test(target)) return whole
    const [file = '', anchor] = target.split('#')
    const goal = posix.join(posix.dirname(path), file).replace(/\/$/, '')
    const hash = anchor === undefined ? '' : `#${anchor}`
    const page = pages.get(goal)
    if (page) return `[${label}](/${page}${hash})`
    if (/^docs\/images\/./.test(goal)) return `${image}[${label}](/${goal.slice('docs/'.length)})`
    return repository === undefined ? label : `[${label}](${repository}/${goal}${hash})`
  }
  return text
    .split(/(^ *```[\s\S]*?^ *```$)/m)
    .map((part, at) =>
      at % 2 ? part : part.replaceAll(/(!?)\[((?:[^\][]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g, link),
    )
    .join('')
}
