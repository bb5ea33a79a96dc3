/** Runs a container with these variables; answers when AWS has taken it on. */
export type StartTask = (environment: { readonly CHIMNEY_TRIAL: string }) => Promise<void>

interface SqsEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[]
}

/**
 * A record is done with when its container was taken on. One that then never claims its trial is noticed by the service, which sends
 * the trial again after a quarter of an hour; of two containers for one trial, the second finds it claimed and ends.
 */
export const starter = (start: StartTask) => async (event: SqsEvent) => {
  const batchItemFailures: { itemIdentifier: string }[] = []
  for (const { messageId, body } of event.Records)
    try {
      await start({ CHIMNEY_TRIAL: body })
    } catch (error) {
      // No room or no right: the record comes again, and after five times it is a dead letter.
      console.error(JSON.stringify({ level: 'ERROR', message: messageId, error: String(error) }))
      batchItemFailures.push({ itemIdentifier: messageId })
    }
  return { batchItemFailures }
}
