import * as z from 'zod'
import { RunId, SweepId } from './names.ts'
import { Problem } from './problem.ts'

const name = z.string().min(1).max(128)

/**
 * What travels to an agent function: the names of a trial, and access to its run. `attempt` is the one that the claim will make
 * (the fence). `v` is the version of this form: a reader refuses what it does not know, so that a message from a newer deployment
 * waits for it.
 */
export const TrialMessage = z.object({
  v: z.literal(1),
  entity: name,
  project: name,
  sweep: SweepId,
  number: z.number().int().min(1),
  run: RunId,
  attempt: z.number().int().min(1),
  /** Which repetition of its point it is, in a sweep with `replicates`. */
  replicate: z.object({ index: z.number().int().min(1), of: z.number().int().min(1) }).optional(),
  /** Bearer token for the run, valid as long as the message is kept. Absent in messages of deployments that send none. */
  token: z.string().max(200).optional(),
})
export type TrialMessage = Readonly<z.infer<typeof TrialMessage>>

/** Drops whatever else the object carries. */
export const encodeTrialMessage = ({
  v,
  entity,
  project,
  sweep,
  number,
  run,
  attempt,
  replicate,
  token,
}: TrialMessage): string =>
  JSON.stringify({ v, entity, project, sweep, number, run, attempt, replicate, token })

/** Throws `Problem('invalid', 'bad-trial-message')`, with an issue per mistake, for anything else than a trial message. */
export const decodeTrialMessage = (body: string): TrialMessage => {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch (cause) {
    throw new Problem('invalid', 'bad-trial-message', 'The message is not JSON.', { cause })
  }
  const parsed = TrialMessage.safeParse(json)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  throw new Problem(
    'invalid',
    'bad-trial-message',
    'The message names no trial that this version understands.',
    {
      issues,
    },
  )
}
