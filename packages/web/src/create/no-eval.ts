import * as z from 'zod'

// zod tries `new Function` when a schema is made, which the policy of the pages refuses. Imported before the schemas.
z.config({ jitless: true })
