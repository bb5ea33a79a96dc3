import { readSettings } from './settings/read-settings'

/**
 * Settings of every function, all explicit: the platform's defaults change with its version. CPU is proportional to memory;
 * 1,769 MB are one vCPU.
 */
export function functionDefaults(timeoutSeconds: number, memoryMb: number) {
  return {
    runtime: 'nodejs24.x',
    architecture: 'arm64',
    timeout: `${timeoutSeconds} seconds`,
    memory: `${memoryMb} MB`,
    logging: { retention: '1 month', format: 'json' },
    // Split, so that a cold start does not read modules that only some calls import, such as the clients of S3 and SQS.
    nodejs: { format: 'esm', minify: true, splitting: true },
  } as const
}

/**
 * X-Ray for the functions of the server when the stage's file says so. Off by default: traces are charged, and the SDK adds
 * 130 KB to a cold start.
 */
export function tracing() {
  const on = readSettings($app.stage).tracing === 'xray'
  const environment: Record<string, string> = on ? { CHIMNEY_TRACING: 'xray' } : {}
  return {
    environment,
    permissions: on
      ? // X-Ray has no resources to name.
        [{ actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], resources: ['*'] }]
      : [],
    function: (args: { tracingConfig?: $util.Input<{ mode: $util.Input<string> }> }): undefined => {
      if (on) args.tracingConfig = { mode: 'Active' }
    },
  }
}
