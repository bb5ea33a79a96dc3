import { useMutation } from '@tanstack/react-query'
import { createKey } from '../api/endpoints.ts'
import { CopyBlock } from '../ui/copy-block.tsx'
import { Link } from '../ui/link.tsx'
import { Trouble } from '../ui/feedback.tsx'
import { SignIn, WhereKeysAre } from './sign-in.tsx'

/** Where the W&B client sends people who need a key. */
export function AuthorizePage({ entity }: { entity: string | undefined }) {
  const made = useMutation({ mutationFn: () => createKey('wandb login') })
  if (entity === undefined)
    return (
      <SignIn>
        <WhereKeysAre />
      </SignIn>
    )
  return (
    <div className="narrow">
      <section className="card">
        <h1>A key for your terminal</h1>
        <p>
          You are signed in as <b>{entity}</b>. Make a key, and paste it where <code>wandb login</code> or{' '}
          <code>chimney login</code> asks for it. It is shown once.
        </p>
        {made.data ? (
          <>
            <CopyBlock label="the key" text={made.data.key} />
            <p>For scripts, set these two:</p>
            <CopyBlock
              label="both lines"
              text={`export WANDB_BASE_URL=${location.origin}\nexport WANDB_API_KEY=${made.data.key}`}
            />
          </>
        ) : (
          <button type="button" className="main" disabled={made.isPending} onClick={() => made.mutate()}>
            Make a key
          </button>
        )}
        {made.error && <Trouble error={made.error} />}
        <p className="soft">
          Keys that you no longer need are revoked at <Link href="/settings">Keys</Link>.
        </p>
      </section>
    </div>
  )
}
