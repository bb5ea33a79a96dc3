import type { KeyRecord } from '../../store/api-keys.ts'

/** GraphQL `ApiKey`. `name` holds the secret key only in the response of `generateApiKey`. */
export const keyObject = ({ id, name }: Pick<KeyRecord, 'id' | 'name'>) => ({ id, name, description: name })
