import type { Migrated } from '../store.ts'
import { numberOf } from './attributes.ts'
import { IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import { schemaKey } from './item-keys.ts'

/**
 * Migrates a table from version `to - 1` to `to`, for changes that an optional attribute cannot express. It must be safe to
 * interrupt, repeat and run concurrently, and the previous version must still be able to read the result: its functions run
 * during the deployment, and again after a rollback.
 */
export interface Migration {
  readonly to: number
  readonly run: (io: DynamoIo) => Promise<void>
}

/** Consecutive versions from 2. A table without a version has version 1. */
const MIGRATIONS: readonly Migration[] = []
const FIRST = 1

/** Format of the table. Absent from tables of version 1 that no migration has seen. */
const versionItem = (io: DynamoIo, version: number) =>
  // A lost race means that another instance has recorded this or a later version.
  io.put(
    'migrate',
    schemaKey,
    { version },
    { that: `${IS_NEW.that} OR #version < :to`, values: { to: version } },
  )

/** Records the version of a new table, or of one that no step has changed. */
export async function recordFormat(io: DynamoIo): Promise<void> {
  await versionItem(io, MIGRATIONS.at(-1)?.to ?? FIRST)
}

/** Runs the missing steps in order and records each. Concurrent callers run the same steps. */
export async function migrate(io: DynamoIo, steps: readonly Migration[] = MIGRATIONS): Promise<Migrated> {
  const item = await io.get('migrate', schemaKey)
  const from = item ? numberOf(item, 'version') : FIRST
  const to = steps.at(-1)?.to ?? FIRST
  for (const step of steps.filter((one) => one.to > from)) {
    await step.run(io)
    await versionItem(io, step.to)
  }
  return { from, to }
}
