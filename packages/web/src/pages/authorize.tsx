import { useMutation } from '@tanstack/react-query'
import { createKey } from '../api/endpoints.ts'
import { serviceUrl } from '../app/base.ts'
import { CopyBlock } from '../ui/copy-block.tsx'
import { ErrorMessage } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { KeyHelp, SignIn } from './sign-in.tsx'

/** `wandb login` opens this page. */
export function AuthorizePage({ entity }: { entity: string | undefined }) {
  const creation = useMutation({ mutationFn: () => createKey({ name: 'wandb login' }) })
  if (entity === undefined)
    return (
      <SignIn>
        <KeyHelp />
      </SignIn>
    )
  return (
    <div className="narrow">
      <section className="card">
        <h1>API key for your terminal</h1>
        <p>
          Signed in as <b>{entity}</b>. Create a key and paste it where <code>wandb login</code> or{' '}
          <code>chimney login</code> asks for it. It is shown once.
        </p>
        {creation.data ? (
          <>
            <CopyBlock label="the key" text={creation.data.key} />
            <p>For scripts, set these environment variables:</p>
            <CopyBlock
              label="the environment variables"
              text={`export WANDB_BASE_URL=${serviceUrl()}\nexport WANDB_API_KEY=${creation.data.key}\nexport WANDB__FILE_STREAM_NO_GZIP=false`}
            />
          </>
        ) : (
          <button
            type="button"
            className="primary"
            disabled={creation.isPending}
            onClick={() => creation.mutate()}
          >
            Create key
          </button>
        )}
        {creation.error && <ErrorMessage error={creation.error} />}
        <p className="muted">
          Revoke keys you no longer need under <Link href="/settings">API keys</Link>.
        </p>
      </section>
    </div>
  )
}
