import { afterAll, beforeAll, expect, it } from 'vitest'
import { cutRecording } from '../../runs/lifecycle/cut-recording.ts'
import { PROJECT, type TestWandb, testWandb } from '../test-api.ts'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
})
afterAll(() => api.stop())

const keyOf = (run: string) => ({ entity: 'acme', project: PROJECT, run })
const lines = (count: number) => ({
  files: {
    'wandb-history.jsonl': {
      offset: 0,
      content: Array.from({ length: count }, (_, i) => JSON.stringify({ _step: i, x: i })),
    },
    'wandb-summary.json': { offset: 0, content: [JSON.stringify({ _step: count - 1, x: count - 1 })] },
  },
})
const RUN =
  'query ($name: String!) { project(name: "digits") { run(name: $name) { state notes historyLineCount } } }'
const read = async (name: string) => (await api.data(RUN, { name })).project.run

it('a run says after which step it was cut, and how to send the rest', async () => {
  await api.init('cut', { notes: 'my notes' })
  await api.stream('cut', lines(8))
  expect(await cutRecording(api.deps, keyOf('cut'))).toBe(true)
  const { state, notes } = await read('cut')
  expect(state).toBe('crashed')
  expect(notes).toMatch(/^my notes\n\nRecording cut after step 7: /)
  expect(notes).toContain('WANDB__FILE_STREAM_NO_GZIP=false wandb sync wandb/run-*-cut')
  expect(await cutRecording(api.deps, keyOf('cut'))).toBe(false)
})

it('sending the run again completes it', async () => {
  await api.init('again')
  await api.stream('again', lines(8))
  await cutRecording(api.deps, keyOf('again'))
  await api.init('again')
  await api.stream('again', { ...lines(20), complete: true, exitcode: 0 })
  expect(await read('again')).toMatchObject({ state: 'finished', historyLineCount: 20 })
})

it('a run without a step, an ended run and an unknown run', async () => {
  await api.init('early')
  expect(await cutRecording(api.deps, keyOf('early'))).toBe(true)
  expect((await read('early')).notes).toMatch(/^Recording cut: /)
  await api.init('ended')
  await api.stream('ended', { ...lines(1), complete: true, exitcode: 0 })
  expect(await cutRecording(api.deps, keyOf('ended'))).toBe(false)
  expect(await read('ended')).toMatchObject({ state: 'finished' })
  expect(await cutRecording(api.deps, keyOf('unknown'))).toBe(false)
})
