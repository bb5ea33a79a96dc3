import type { Context } from 'hono'
export const docsPage = (c: Context, headers: Record<string,string>) => c.html('x', 200, headers)
