/** Client settings that differ from the environment's. */
export interface AwsEndpoint {
  readonly endpoint?: string
  readonly region?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** Emulators accept any region and any key. A new object per client, because the SDK adds fields to the credentials. */
const emulated = () => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})

/**
 * Client settings for an endpoint. Without one, and for an endpoint of AWS, region and credentials come from the environment as
 * usual. Any other endpoint is an emulator and gets dummy credentials: real ones are never sent there.
 */
export const awsEndpoint = (endpoint: string | undefined): AwsEndpoint => {
  if (endpoint === undefined) return {}
  const { hostname } = new URL(endpoint)
  const isAws = hostname.endsWith('.amazonaws.com') || hostname.endsWith('.api.aws')
  return isAws ? { endpoint } : { endpoint, ...emulated() }
}
