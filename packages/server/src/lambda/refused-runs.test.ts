import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { refusedRuns } from './refused-runs.ts'

const eventOf = (...lines: object[]) => ({
  awslogs: {
    data: gzipSync(
      JSON.stringify({ logEvents: lines.map((line) => ({ id: '1', message: JSON.stringify(line) })) }),
    ).toString('base64'),
  },
})
const refused = (path: string, status = '413') => ({ at: '1', method: 'POST', path, status })

it('names each run whose stream was refused once, with the characters of its name', () => {
  const pathOf = (run: string) => `/files/acme/digits/${run}/file_stream`
  const lines = ['abc', 'a%20b', 'abc', '50%'].map((run) => refused(pathOf(run)))
  expect(refusedRuns(eventOf(...lines))).toEqual(
    ['abc', 'a b', '50%'].map((run) => ({ entity: 'acme', project: 'digits', run })),
  )
})

it('skips other paths and statuses, names that cannot be, and lines of another format', () => {
  const lines = [
    refused('/files/acme/digits/abc/file_stream', '500'),
    refused('/graphql'),
    refused('/files/acme/digits/%2e%2e%2f/file_stream'),
    { text: 'not an access log' },
  ]
  expect(refusedRuns(eventOf(...lines))).toEqual([])
})

it('refuses an event that is not of a log subscription', () => {
  expect(() => refusedRuns({})).toThrow('awslogs')
})
