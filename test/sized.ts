/**
 * The size of a test: the first in `npm test`, the second in `npm run test:slow`. Files that call it are listed in `slow-files.ts`.
 */
export const sized = <T>(quick: T, full: T): T => (process.env.CHIMNEY_TEST_SIZE === 'full' ? full : quick)
