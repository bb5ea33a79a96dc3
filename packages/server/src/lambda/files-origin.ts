import type { Env } from './env.ts'

/** The origin of the URLs under which browsers get files from the bucket. */
export const filesOriginOf = ({
  endpoints,
  filesBucket,
  region = 'us-east-1',
}: Pick<Env, 'endpoints' | 'filesBucket' | 'region'>): string =>
  endpoints.s3 !== undefined
    ? new URL(endpoints.s3).origin
    : `https://${filesBucket}.s3.${region}.amazonaws.com`
