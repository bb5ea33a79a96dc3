import { useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { deleteProject } from '../api/endpoints.ts'
import { navigate } from '../app/location.ts'
import { artifactsUrl, entityUrl, newSweepUrl, projectUrl, reportsUrl, sweepsUrl } from '../app/routes.ts'
import { useCanWrite } from '../app/use-viewer.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { lazyPage } from '../ui/lazy-page.tsx'
import { Link } from '../ui/link.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'

const Webhooks = lazyPage(() => import('./webhooks.tsx'))

type Tab = 'project' | 'sweeps' | 'artifacts' | 'reports'

/** Name, tabs and actions of a project. */
export function ProjectHeader({ page, entity, project }: { page: string; entity: string; project: string }) {
  const canWrite = useCanWrite()
  const tabs: readonly (readonly [Tab, string, string])[] = [
    ['project', 'Overview', projectUrl(entity, project)],
    ['sweeps', 'Sweeps', sweepsUrl(entity, project)],
    ['artifacts', 'Artifacts', artifactsUrl(entity, project)],
    ['reports', 'Reports', reportsUrl(entity, project)],
  ]
  return (
    <div className="page-header">
      <h1>{project}</h1>
      <nav aria-label="Project" className="tabs">
        {tabs.map(([tab, title, href]) => (
          <Link key={tab} href={href} aria-current={page === tab ? 'page' : undefined}>
            {title}
          </Link>
        ))}
      </nav>
      <span className="grow" />
      {canWrite && <ProjectMenu entity={entity} project={project} />}
      {canWrite && (
        <Link className="button primary" href={newSweepUrl(entity, project)}>
          New sweep
        </Link>
      )}
    </div>
  )
}

function ProjectMenu({ entity, project }: { entity: string; project: string }) {
  const client = useQueryClient()
  const [deleting, setDeleting] = useState(false)
  const [notifying, setNotifying] = useState(false)
  return (
    <>
      <Menu label="More actions" icon={<Ellipsis size={16} aria-hidden="true" />}>
        <MenuItem onSelect={() => setNotifying(true)}>Notifications…</MenuItem>
        <MenuItem onSelect={() => setDeleting(true)}>Delete project…</MenuItem>
      </Menu>
      {notifying && <Webhooks entity={entity} project={project} onClose={() => setNotifying(false)} />}
      {deleting && (
        <ConfirmDialog
          title={`Delete ${project}?`}
          label="Delete project"
          work={() => deleteProject(entity, project)}
          onDone={() => {
            void client.invalidateQueries({ queryKey: ['projects', entity] })
            navigate(entityUrl(entity))
          }}
          onClose={() => setDeleting(false)}
        >
          <p>
            All of its sweeps, runs and artifacts are deleted with histories and files. This can't be undone.
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}
