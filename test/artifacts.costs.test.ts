/** Read units of the pages of artifacts. The figures are in docs/dashboard.md. */
import { expect, it } from 'vitest'
import { memoryWorld, type World } from './flow/world.ts'

const PROJECT = { entity: 'acme', project: 'digits' }
const BASE = '/v1/acme/digits'

/** A version of about 700 bytes, with the documents that logging it writes. */
async function put(world: World, collection: string, version: number, run: string) {
  const { store } = world.deps
  const uid = `${collection}-${version}`
  const metadata = JSON.stringify({ acc: 0.97, note: 'x'.repeat(200) })
  const artifact = {
    ...PROJECT,
    collection,
    uid,
    type: 'model',
    digest: '0'.repeat(32),
    tags: [],
    aliases: { latest: version },
    run,
    metadata,
    manifest: `artifacts/acme/manifests/${uid}/wandb_manifest.json`,
    version,
    size: 1,
    fileCount: 1,
    createdAt: 1,
  }
  const id = Buffer.from(JSON.stringify(['Artifact', 'acme', 'digits', collection, uid])).toString('base64')
  await store.putDocument(PROJECT, {
    name: `artifact/${collection}/${uid}`,
    text: JSON.stringify(artifact),
    rev: 1,
  })
  await store.putDocument(PROJECT, { name: `artifact-log/${run}/${uid}`, text: id, rev: 1 })
}

async function filled(collections: number, versions: number): Promise<World> {
  const world = memoryWorld()
  await world.call('POST', `${BASE}/runs`, { id: 'r', config: {} })
  for (let i = 0; i < collections; i++) await put(world, `small-${i}`, 0, 'other')
  for (let i = 0; i < versions; i++) await put(world, 'net', i, i < 2 ? 'r' : 'other')
  // The first read writes the lists that earlier versions of the service did not.
  expect((await world.call('GET', `${BASE}/artifacts`)).status).toBe(200)
  return world
}

const readsOf = async (world: World, path: string): Promise<number> => {
  const before = world.units.length
  expect((await world.call('GET', `${BASE}/${path}`)).status).toBe(200)
  const spent = world.units.slice(before)
  expect(spent.reduce((sum, { write }) => sum + write, 0)).toBe(0)
  return spent.reduce((sum, { read }) => sum + read, 0)
}

it('a page of artifacts reads what it shows, not all of the project', async () => {
  const [few, many] = [await filled(5, 100), await filled(300, 100)]
  const figures: Record<string, number> = {}
  for (const path of [
    'artifacts?limit=100',
    'runs/r/artifacts',
    'artifacts/net/versions',
    'artifacts/net/versions/latest',
    'artifacts/net/versions/v7/lineage',
  ])
    figures[path] = await readsOf(many, path)
  if (process.env.FIGURES) console.log(figures)
  expect(figures['artifacts?limit=100']).toBeLessThanOrEqual(10)
  expect(figures['runs/r/artifacts']).toBeLessThanOrEqual(8)
  // The versions of a collection are read together: which of them has an alias depends on the others.
  expect(figures['artifacts/net/versions']).toBeLessThanOrEqual(10)
  expect(figures['artifacts/net/versions/latest']).toBeLessThanOrEqual(10)
  expect(figures['artifacts/net/versions/v7/lineage']).toBeLessThanOrEqual(15)
  for (const path of Object.keys(figures).slice(1)) expect(await readsOf(few, path), path).toBe(figures[path])
})
