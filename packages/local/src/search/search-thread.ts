/** A thread of the service that computes suggestions, see `search-threads.ts`. */
import { parentPort } from 'node:worker_threads'
import { searchThread } from '@chimney/server/sweeps/search-thread/search-thread'

const port = parentPort!
const answerTo = searchThread()
port.on('message', (message) => {
  const answer = answerTo(message)
  if (answer) port.postMessage(answer)
})
port.postMessage('ready')
