import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { ONLY_SLOW, SLOW } from './slow-files.ts'

/** Test files that Vitest finds, by project. */
let found: { file: string; projectName: string }[]
/** All test files of the repository. */
const files = ['packages', 'examples', 'test'].flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .map((path) => `${room}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.test\.tsx?$/.test(path) && !path.includes('node_modules/')),
)
beforeAll(() => {
  const listed = execFileSync('npx', ['vitest', 'list', '--filesOnly', '--json', '--project=*'], {
    encoding: 'utf8',
  })
  found = JSON.parse(listed).map(({ file, projectName }: (typeof found)[number]) => ({
    file: file.slice(process.cwd().length + 1),
    projectName,
  }))
})

it('every project has tests', () => {
  const names = [
    'aws',
    'browser',
    'cloud',
    'lambda',
    'package',
    'server',
    'service',
    'slow',
    'stacks',
    'unit',
  ]
  expect([...new Set(found.map(({ projectName }) => projectName))].sort()).toEqual(names)
})

it('every test file belongs to one project: the slow one repeats some, and has others alone', () => {
  const once = found.filter(({ projectName }) => projectName !== 'slow').map(({ file }) => file)
  expect([...once, ...ONLY_SLOW].sort()).toEqual(files.sort())
})

it('the slow project has the files that call `sized`', () => {
  const sized = files.filter(
    (file) => file !== 'test/config.test.ts' && /\bsized\(/.test(readFileSync(file, 'utf8')),
  )
  expect(sized.sort()).toEqual([...SLOW].sort())
})
