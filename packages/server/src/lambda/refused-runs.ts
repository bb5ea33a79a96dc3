import { gunzipSync } from 'node:zlib'
import { Entity, Project, RunId, type RunKey } from '@chimney/core/schema/names'
import * as z from 'zod'

/** What CloudWatch Logs sends to a subscribed function: gzip in base64. */
const Event = z.object({ awslogs: z.object({ data: z.string() }) })
const Data = z.object({ logEvents: z.array(z.object({ message: z.string() })) })
/** A line of the access log, as `stacks/api.ts` formats it. */
const Line = z.object({ status: z.literal('413'), path: z.string() })
const STREAM = /^\/files\/([^/]+)\/([^/]+)\/([^/]+)\/file_stream$/
const Names = z.object({ entity: Entity, project: Project, run: RunId })

/** The runs whose stream was refused, each once. Lines about other requests are skipped. */
export function refusedRuns(event: unknown): readonly RunKey[] {
  const { awslogs } = Event.parse(event)
  const text = gunzipSync(Buffer.from(awslogs.data, 'base64')).toString()
  const runs = new Map<string, RunKey>()
  for (const { message } of Data.parse(JSON.parse(text)).logEvents) {
    const path = pathIn(message)
    const [, ...segments] = (path && STREAM.exec(path)) || []
    const [entity, project, run] = segments.map(decoded)
    const names = Names.safeParse({ entity, project, run })
    if (names.success) runs.set(JSON.stringify(names.data), names.data)
  }
  return [...runs.values()]
}

function pathIn(message: string): string | undefined {
  try {
    return Line.parse(JSON.parse(message)).path
  } catch {
    return undefined // Another format of the log, or another status.
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
