/**
 * Every document works as printed. Per language of a fenced block:
 *
 * - `sh` runs with `bash -euo pipefail`, see shell-blocks.test.ts; `ts` is type-checked; `json` is parsed;
 * - `yaml` is read by the parser of sweep configs, marked `part of a sweep config` together with {@link REST_OF_CONFIG}; one marked
 *   `GitHub workflow` is checked by test/stacks;
 * - `text` is output or a diagram.
 *
 * `<!-- not run: REASON -->` above a block skips it. Anything else fails.
 */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { expect, it } from 'vitest'
import { blocks, isMarked, isSuite, page, pages, runnable } from './blocks.ts'
import { ROOT, targetOf } from './markdown.ts'
import { typeErrors } from './typecheck.ts'

it('runs or checks every block, unless a comment gives the reason', () => {
  const checked = ['sh', 'ts', 'yaml', 'json', 'text']
  const unknown = blocks.filter(({ language, mark }) => !checked.includes(language) && !isMarked(mark))
  expect(unknown.map(({ path, line, language }) => `${path}:${line} ${language}`)).toEqual([])
  const suites = blocks.filter(
    ({ language, mark, code }) => language === 'sh' && !isMarked(mark) && isSuite(code),
  )
  expect(suites.map(({ path, line }) => `${path}:${line} needs a mark`)).toEqual([])
  const misspelt = blocks.filter(({ mark }) => mark?.startsWith('not run') && !isMarked(mark))
  expect(misspelt.map(({ path, line, mark }) => `${path}:${line} ${mark}`)).toEqual([])
  const first = new Set(page('README.md').blocks.map(({ code }) => code))
  const repeated = blocks.filter(({ mark }) => mark === 'not run: runs in README.md')
  expect(repeated.filter(({ code }) => !first.has(code))).toEqual([])
  const left = blocks.filter(({ mark }) => isMarked(mark)).length
  console.log(
    `${blocks.length - left} blocks run, are checked or are output; ${left} are left out with a reason`,
  )
})

it('TypeScript compiles against the packages', () => {
  const files = blocks.filter(runnable('ts'))
  const named = files.map(
    ({ path, line, code }) => [`${path.replaceAll('/', '-')}-${line}.ts`, code] as const,
  )
  expect(typeErrors(new Map(named))).toEqual([])
})

/** Completes a part of a config. */
const REST_OF_CONFIG = 'method: bayes\nmetric: {name: loss}\nparameters: {lr: {min: 0.001, max: 0.1}}\n'

const configs = blocks.filter(runnable('yaml')).filter(({ mark }) => mark !== 'GitHub workflow')
it.each(configs)('$path:$line is a sweep config', ({ code, mark }) => {
  const config = mark === 'part of a sweep config' ? `${REST_OF_CONFIG}${code}` : code
  expect(parseSweepConfig(config).warnings).toEqual([])
})

it.each(blocks.filter(runnable('json')))('$path:$line is JSON', ({ code }) => {
  expect(() => JSON.parse(code)).not.toThrow()
})

it.each(pages)('$path links to files and headings that exist', (from) => {
  const broken = from.links.filter((link) => {
    const { path, anchor } = targetOf(from, link)
    if (!existsSync(join(ROOT, path))) return true
    return anchor !== undefined && page(path) !== undefined && !page(path).anchors.has(anchor)
  })
  expect(broken).toEqual([])
})

it.each(pages)('$path names scripts and files that exist', ({ code, blocks }) => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const shell = blocks.filter(({ language }) => language === 'sh').flatMap(({ code }) => code.split('\n'))
  const run = [...code, ...shell].flatMap((text) => /npm run ([\w:]+)(?! -w|.* -w)/.exec(text)?.[1] ?? [])
  expect(run.filter((name) => !(name in scripts))).toEqual([])
  const files = code.filter((text) => /^(packages|stacks|test|docs|examples)\/[\w./-]+$/.test(text))
  const builds = /\/(dist|results|stages)\b/ // made by a command, or written by a deployer
  expect(files.filter((path) => !builds.test(path) && !existsSync(join(ROOT, path)))).toEqual([])
})

it('documents name commands of chimney that exist', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(ROOT, 'packages/sdk/bin/chimney.js'),
    '--help',
  ])
  const texts = [...pages.flatMap(({ code }) => code), ...blocks.map(({ code }) => code)]
  const named = texts.flatMap((text) =>
    [...text.matchAll(/(?:^|\n|[|(;&] ?)(?:npx (?:@chimney\/sdk|chimney)|chimney) ([a-z]+)/g)].map(
      ([, name]) => name!,
    ),
  )
  const missing = new Set(named.filter((name) => !new RegExp(`^ +${name}\\b`, 'm').test(stdout)))
  expect([...missing]).toEqual([])
})

it('README.md leads to every page of docs', () => {
  const reached = reachedFrom('README.md')
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  const lost = docs
    .map((name) => join('docs', name))
    .filter((path) => path.endsWith('.md') && !reached.has(path))
  expect(lost).toEqual([])
})

it('README.md leads to the line that decides early stopping in four files', () => {
  expect(reachedFrom('README.md').get('packages/core/src/stoppers/asha.ts')).toBeLessThanOrEqual(4)
})

/**
 * Files that are reachable by links, each with the number of files to open, including the first and the last. A link to a folder
 * reaches the pages in it, which GitHub lists.
 */
function reachedFrom(start: string): ReadonlyMap<string, number> {
  const reached = new Map([[start, 1]])
  for (const [path, files] of reached)
    for (const link of page(path)?.links ?? []) {
      const target = targetOf(page(path), link).path
      const isFolder = statSync(join(ROOT, target)).isDirectory()
      const targets = isFolder
        ? pages.map((one) => one.path).filter((one) => dirname(one) === target)
        : [target]
      for (const one of targets) if (!reached.has(one)) reached.set(one, files + 1)
    }
  return reached
}
