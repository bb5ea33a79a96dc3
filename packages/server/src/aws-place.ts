/** Where an AWS service is, as far as it differs from what the surroundings say. */
export interface AwsPlace {
  readonly endpoint?: string
  readonly region?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** Emulators take any region and any key. A new object each time: the SDK adds fields to the credentials that it is given. */
const emulated = () => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})

/**
 * Client settings for an endpoint. Without one, region and credentials are those of the surroundings, as everywhere in
 * AWS; so they are for an endpoint of AWS itself. Any other endpoint is an emulator, which gets made-up ones: real
 * credentials never go there.
 */
export const awsPlace = (endpoint: string | undefined): AwsPlace => {
  if (endpoint === undefined) return {}
  const { hostname } = new URL(endpoint)
  const real = hostname.endsWith('.amazonaws.com') || hostname.endsWith('.api.aws')
  return real ? { endpoint } : { endpoint, ...emulated() }
}
