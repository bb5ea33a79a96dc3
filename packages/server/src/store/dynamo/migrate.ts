import type { Migrated } from '../store.ts'
import { numberOf } from './attributes.ts'
import { IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import { schemaKey } from './item-keys.ts'

/**
 * Brings a table from version `to - 1` to `to`, for what reading an attribute as optional cannot do. It may be ended at any
 * moment and begun again, may run twice at once, and leaves everything as functions of the version before can read it, because
 * they run beside it while a deployment is under way, and after one that was taken back.
 */
export interface Migration {
  readonly to: number
  readonly run: (io: DynamoIo) => Promise<void>
}

/** Ascending, without holes, from 2 on. Version 1 is that of tables which name none. */
const MIGRATIONS: readonly Migration[] = []
const FIRST = 1

/** Takes the steps that a table has not taken, one after the other, and notes each. Two at once take the same steps. */
export async function migrate(io: DynamoIo, steps: readonly Migration[] = MIGRATIONS): Promise<Migrated> {
  const item = await io.get('migrate', schemaKey)
  const from = item ? numberOf(item, 'version') : FIRST
  const to = steps.at(-1)?.to ?? FIRST
  for (const step of steps.filter((one) => one.to > from)) {
    await step.run(io)
    // Losing means that another instance has noted it, or a later one.
    await io.put(
      'migrate',
      schemaKey,
      { version: step.to },
      { that: `${IS_NEW.that} OR #version < :to`, values: { to: step.to } },
    )
  }
  return { from, to }
}
