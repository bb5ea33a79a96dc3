import { readdirSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../../..')
const SOURCES = import.meta.dirname

/** The `ts` blocks of doc comments, and of the README of the package. */
const examplesIn = (file: string): string[] => {
  const text = readFileSync(file, 'utf8')
  const lines = file.endsWith('.md') ? text : text.replaceAll(/^ *\* ?/gm, '')
  return [...lines.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code)
}

const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => resolve(SOURCES, file))
/** File name and code of each example, in the folder of the sources, so that `@chimney/sdk` resolves. */
const examples = new Map(
  [...sources, resolve(SOURCES, '../README.md')].flatMap((file) =>
    examplesIn(file).map((code, at) => [
      `${dirname(file)}/example-${at + 1}-of-${file.split('/').at(-1)?.replace(/\W/g, '-')}.ts`,
      code,
    ]),
  ),
)

it('doc comments and README contain examples that compile', () => {
  expect(examples.size).toBeGreaterThanOrEqual(10)
  const config = ts.readConfigFile(`${ROOT}/tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT, { noEmit: true })
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists, getSourceFile } = host
  host.fileExists = (file) => examples.has(file) || fileExists(file)
  host.readFile = (file) => examples.get(file) ?? readFile(file)
  host.getSourceFile = (file, target, ...more) => {
    const code = examples.get(file)
    return code === undefined
      ? getSourceFile(file, target, ...more)
      : ts.createSourceFile(file, code, target, true)
  }
  const program = ts.createProgram([...examples.keys()], options, host)
  const problems = [...examples.keys()].flatMap((file) => {
    const source = program.getSourceFile(file)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
  })
  expect(
    problems.map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    ),
  ).toEqual([])
})
