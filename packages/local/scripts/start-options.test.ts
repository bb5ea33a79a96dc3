import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { VARIABLE_NAMES } from '../src/process/local-env.ts'
import { HELP, readWords, VARIABLES } from './start-options.js'

describe('npm start', () => {
  it.each(['--help', '-h'])('prints its options and variables with %s', (word) => {
    expect(readWords(['--port', '1', word])).toEqual({ text: HELP, exitCode: 0 })
  })

  it('takes options as the variables that they set', () => {
    expect(readWords(['--port', '9000', '--host=::', '--data', '/x'])).toEqual({
      variables: { PORT: '9000', HOST: '::', CHIMNEY_DATA: '/x' },
    })
    expect(readWords([])).toEqual({ variables: {} })
  })

  it.each([
    { words: ['--prot', '9000'], says: "Unknown option '--prot'." },
    { words: ['9000'], says: "Unexpected argument '9000'." },
    { words: ['--port'], says: "Option '--port <value>' argument missing." },
    { words: ['--help=yes'], says: "Option '-h, --help' does not take an argument." },
  ])('refuses $words with a sentence', ({ words, says }) => {
    expect(readWords(words)).toEqual({
      text: `${says} Options are listed by: npm start -- --help`,
      exitCode: 2,
    })
  })
})

describe('the list of variables', () => {
  const listed = VARIABLES.flatMap(([names]) => names.split(', ')).sort()

  it('has every variable of the service', () => {
    expect(listed).toEqual([...VARIABLE_NAMES].sort())
  })

  it('is in docs/server.md too', async () => {
    const text = await readFile('docs/server.md', 'utf8')
    expect(listed.filter((name) => !text.includes(`\`${name}\``))).toEqual([])
  })
})
