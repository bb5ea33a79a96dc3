/**
 * Every function's settings. All are explicit, because the platform's defaults move with its version. Memory buys processor
 * share: 1,769 MB are one whole core.
 */
export function functionDefaults(timeoutSeconds: number, memoryMb: number) {
  return {
    runtime: 'nodejs22.x',
    architecture: 'arm64',
    timeout: `${timeoutSeconds} seconds`,
    memory: `${memoryMb} MB`,
    logging: { retention: '1 month', format: 'json' },
    // Split, so that what only some calls need (S3's client) is read only by them and not at every cold start.
    nodejs: { format: 'esm', minify: true, splitting: true },
  } as const
}
