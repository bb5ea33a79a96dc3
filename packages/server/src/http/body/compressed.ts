import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** Below, the headers would weigh more than what is saved. */
const WORTH_BYTES = 4_096
/** A third of the time of the usual level for a tenth more bytes. */
const LEVEL = 4

/** The same answer, compressed when it is long JSON and the client takes that. Streams pass as they are. */
export async function compressed(request: Request, answer: Response): Promise<Response> {
  if (!request.headers.get('accept-encoding')?.includes('gzip')) return answer
  if (!answer.headers.get('content-type')?.startsWith('application/json')) return answer
  const body = await answer.arrayBuffer()
  const { status } = answer
  const headers = new Headers(answer.headers)
  headers.append('Vary', 'Accept-Encoding')
  if (body.byteLength < WORTH_BYTES) return new Response(body, { status, headers })
  headers.set('Content-Encoding', 'gzip')
  const bytes = await promisify(gzip)(body, { level: LEVEL })
  return new Response(new Uint8Array(bytes), { status, headers })
}
