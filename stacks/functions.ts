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
    nodejs: { format: 'esm', minify: true },
  } as const
}
