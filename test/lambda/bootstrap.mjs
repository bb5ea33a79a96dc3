// Runs in the process of a function: loads the handler, then polls the Lambda runtime API (version 2018-06-01) for invocations.
// Plain JavaScript, because the deployed Node versions run it without a compiler.
const { AWS_LAMBDA_RUNTIME_API: host, CHIMNEY_TEST_BUNDLE: bundle } = process.env
const api = (path, body) =>
  fetch(
    `http://${host}/2018-06-01/runtime/${path}`,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
  )
const errorOf = (error) => ({
  errorType: error?.name ?? 'Error',
  errorMessage: String(error?.message ?? error),
})

const startedAt = performance.now()
let handler
try {
  handler = (await import(bundle)).handler
  if (typeof handler !== 'function') throw new Error(`${bundle} exports no handler`)
} catch (error) {
  await api('init/error', errorOf(error))
  process.exit(1)
}
process.send?.({ importMs: performance.now() - startedAt })

for (;;) {
  const next = await api('invocation/next')
  const id = next.headers.get('lambda-runtime-aws-request-id')
  process.env._X_AMZN_TRACE_ID = next.headers.get('lambda-runtime-trace-id')
  const deadline = Number(next.headers.get('lambda-runtime-deadline-ms'))
  const context = {
    awsRequestId: id,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    invokedFunctionArn: next.headers.get('lambda-runtime-invoked-function-arn'),
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
  try {
    const answer = await handler(await next.json(), context)
    await api(`invocation/${id}/response`, answer ?? null)
  } catch (error) {
    await api(`invocation/${id}/error`, errorOf(error))
  }
}
