export const docsPage = (_doc: unknown, headers: Record<string, string>): Response =>
  new Response('', { headers })
