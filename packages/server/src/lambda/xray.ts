import { Tracer } from '@aws-lambda-powertools/tracer'

export interface Tracing {
  /** Records the calls of an AWS client as subsegments. */
  capture<T>(client: T): T
  /** Records the invocations of a handler as a segment with their errors. */
  wrap<A extends unknown[], R>(handler: (...args: A) => Promise<R>): (...args: A) => Promise<R>
}

/** Traces hold names, times and errors. Responses are left out: one of them is a new API key. */
export function xrayTracing(serviceName: string): Tracing {
  // AWS clients are captured one by one; capturing HTTPS as well would record each call twice.
  const tracer = new Tracer({ enabled: true, serviceName, captureHTTPsRequests: false })
  return {
    capture: (client) => tracer.captureAWSv3Client(client),
    wrap:
      (handler) =>
      (...args) =>
        tracer.provider.captureAsyncFunc(`## ${serviceName}`, async (segment) => {
          tracer.annotateColdStart()
          tracer.addServiceNameAnnotation()
          try {
            return await handler(...args)
          } catch (error) {
            tracer.addErrorAsMetadata(error as Error)
            throw error
          } finally {
            segment?.close()
          }
        }) as ReturnType<typeof handler>,
  }
}
