import { expect, it } from 'vitest'
import { doAll } from './bulk-work.tsx'

it('goes on after a failure, names it, and can undo what succeeded', async () => {
  const worked: string[] = []
  const item = (label: string, fails = false) => ({
    label,
    work: async () => {
      if (fails) throw new Error('it is running')
      worked.push(label)
    },
    undo: async () => worked.splice(worked.indexOf(label), 1),
  })
  const seen: Parameters<Parameters<typeof doAll>[2]>[0][] = []
  const items = [item('trial 1'), item('trial 2', true), item('trial 3')]
  await doAll('Voiding', items, (progress) => seen.push(progress))
  expect(seen.map(({ done }) => done)).toEqual([0, 1, 2, 3])
  const last = seen.at(-1)!
  expect(last).toMatchObject({ title: 'Voiding', total: 3, failures: ['trial 2: it is running'] })
  expect(worked).toEqual(['trial 1', 'trial 3'])
  for (const { undo } of last.undoable) await undo!()
  expect(worked).toEqual([])
})
