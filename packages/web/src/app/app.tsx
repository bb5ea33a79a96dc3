import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { Moon, Sun, SunMoon } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { signOut } from '../api/endpoints.ts'
import { ApiError, UNAUTHORIZED } from '../api/request.ts'
import { chooseTheme, type ThemeChoice, useThemeChoice } from '../charts/theme.ts'
import { AuthorizePage } from '../pages/authorize.tsx'
import { EntityPage } from '../pages/entity.tsx'
import { ProjectPage } from '../pages/project.tsx'
import { SettingsPage } from '../pages/settings.tsx'
import { SignIn } from '../pages/sign-in.tsx'
import { Empty, ErrorMessage, Loading } from '../ui/feedback.tsx'
import { lazyPage } from '../ui/lazy-page.tsx'
import { Link } from '../ui/link.tsx'
import { addressOf } from './base.ts'
import { navigate, redirect, useLocation } from './location.ts'
import {
  artifactsUrl,
  entityUrl,
  groupUrl,
  projectUrl,
  type Route,
  registryTarget,
  reportsUrl,
  routeOf,
  sweepsUrl,
} from './routes.ts'
import { readOnly } from './share-link.ts'
import { useViewerQuery } from './use-viewer.ts'

const NewSweepPage = lazyPage(() => import('../create/new-sweep-page.tsx'))
const SweepPage = lazyPage(() => import('../sweep/sweep-page.tsx'))
const RunPage = lazyPage(() => import('../run/run-page.tsx'))
const ComparePage = lazyPage(() => import('../run/compare-page.tsx'))
const CompareSweepsPage = lazyPage(() => import('../sweep/compare-sweeps-page.tsx'))
const CollectionsPage = lazyPage(() => import('../artifacts/collections-page.tsx'))
const ReportsPage = lazyPage(() => import('../reports/reports-page.tsx'))
const ReportPage = lazyPage(() => import('../reports/report-page.tsx'))
const ArtifactPage = lazyPage(() => import('../artifacts/artifact-page.tsx'))
const LAZY_PAGES: Partial<Record<Route['page'], { readonly preload: () => void }>> = {
  'new-sweep': NewSweepPage,
  sweep: SweepPage,
  run: RunPage,
  compare: ComparePage,
  'compare-sweeps': CompareSweepsPage,
  artifacts: CollectionsPage,
  artifact: ArtifactPage,
}

const client = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) =>
        count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      staleTime: 2_000,
    },
  },
})

/** A key may expire while a tab is open: the page asks who is signed in, and shows the sign-in. */
globalThis.addEventListener?.(UNAUTHORIZED, () => {
  if (client.getQueryState(['viewer'])?.status === 'success')
    void client.resetQueries({ queryKey: ['viewer'] })
})

export const App = () => (
  <QueryClientProvider client={client}>
    <Frame />
  </QueryClientProvider>
)

function Frame() {
  const { path, query } = useLocation()
  const route = routeOf(path)
  const me = useViewerQuery()
  const signedOut = me.error instanceof ApiError && (me.error.status === 401 || me.error.status === 403)
  const entity = me.data?.entity
  useEffect(() => {
    if (route.page === 'home' && entity !== undefined) navigate(entityUrl(entity))
  }, [route.page, entity])
  useEffect(() => {
    document.title = titleOf(route)
  })
  // A screen reader announces the new page, and Tab starts in it.
  const shownPath = useRef(path)
  useEffect(() => {
    if (shownPath.current === path) return
    shownPath.current = path
    document.getElementById('main')?.focus({ preventScroll: true })
  }, [path])
  // Loads the code of the page in parallel with the viewer request.
  useEffect(() => LAZY_PAGES[route.page]?.preload(), [route.page])
  const body = (): ReactNode => {
    if (readOnly) return <SharedPage route={route} />
    if (me.isPending) return <Loading what="Chimney" />
    if (route.page === 'authorize') return <AuthorizePage entity={entity} />
    if (signedOut) return <SignIn />
    if (me.error) return <ErrorMessage error={me.error} retry={() => void me.refetch()} />
    return <Page route={route} entity={entity ?? ''} />
  }
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      {/* Hidden in a notebook frame. */}
      <header className="app-bar" hidden={query.get('jupyter') === 'true'}>
        <Link href="/" className="brand">
          <img src={addressOf('/favicon.svg')} alt="" width="22" height="22" /> Chimney
        </Link>
        <Crumbs route={route} />
        <span className="grow" />
        <ThemeSwitch />
        {readOnly && (
          <>
            <span className="muted">View only</span>
            <a href={addressOf('/')}>Sign in</a>
          </>
        )}
        {entity !== undefined && (
          <>
            <Link href="/settings" className="button ghost">
              API keys{' '}
            </Link>
            <button
              type="button"
              className="ghost"
              onClick={async () => {
                await signOut()
                client.clear()
                navigate('/')
              }}
            >
              Sign out
            </button>
          </>
        )}
      </header>
      <main id="main" tabIndex={-1}>
        {body()}
      </main>
    </>
  )
}

/** A view-only link gives access to a sweep and its runs. */
function SharedPage({ route }: { route: Route }) {
  if (route.page === 'sweep' || route.page === 'run' || route.page === 'compare')
    return <Page route={route} entity={route.entity} />
  return (
    <Empty title="This link only opens one sweep">
      <p>
        Go back to the sweep, or <a href={addressOf('/')}>sign in</a> to see more.
      </p>
    </Empty>
  )
}

function Redirect({ to }: { to: string }) {
  useEffect(() => redirect(to), [to])
  return <Loading what="the page" />
}

function Page({ route, entity }: { route: Route; entity: string }) {
  const { query } = useLocation()
  if ('entity' in route && route.entity !== entity)
    return (
      <Empty title={`No access to ${route.entity}`}>
        <p>
          Your API key belongs to <Link href={entityUrl(entity)}>{entity}</Link>. Sign out and sign in with a
          key for {route.entity}.
        </p>
      </Empty>
    )
  switch (route.page) {
    case 'home':
    case 'authorize':
      return null
    case 'settings':
      return <SettingsPage />
    case 'entity':
      return <EntityPage entity={route.entity} />
    case 'project':
    case 'sweeps':
      return <ProjectPage key={`${route.entity}/${route.project}`} {...route} page={route.page} />
    case 'new-sweep':
      return <NewSweepPage {...route} />
    case 'sweep':
      return <SweepPage key={route.sweep} {...route} />
    case 'run':
      return <RunPage key={route.run} {...route} />
    case 'artifacts':
      return <CollectionsPage key={`${route.entity}/${route.project}`} {...route} />
    case 'artifact':
      return <ArtifactPage key={`${route.project}/${route.collection}`} {...route} />
    case 'reports':
      return <ReportsPage key={`${route.entity}/${route.project}`} {...route} />
    case 'report':
      return <ReportPage key={route.report} {...route} />
    case 'group':
      return <Redirect to={groupUrl(route.entity, route.project, route.group)} />
    case 'registry':
      return <Redirect to={registryTarget(route.entity, route.registry, query)} />
    case 'compare':
      return <ComparePage {...route} />
    case 'compare-sweeps':
      return <CompareSweepsPage {...route} />
    default:
      return (
        <Empty title="Page not found">
          <p>
            <Link href="/">Your projects</Link>
          </p>
        </Empty>
      )
  }
}

function Crumbs({ route }: { route: Route }) {
  if (!('entity' in route)) return null
  const { entity } = route
  const project = 'project' in route ? route.project : undefined
  if (readOnly) return null
  return (
    <nav aria-label="Breadcrumb" className="breadcrumb">
      <Link href={entityUrl(entity)}>{entity}</Link>
      {project !== undefined && <Link href={projectUrl(entity, project)}>{project}</Link>}
      {project !== undefined && (route.page === 'artifact' || route.page === 'artifacts') && (
        <Link href={artifactsUrl(entity, project)}>artifacts</Link>
      )}
      {project !== undefined && route.page === 'report' && (
        <Link href={reportsUrl(entity, project)}>reports</Link>
      )}
      {project !== undefined &&
        (route.page === 'sweep' ||
          route.page === 'sweeps' ||
          route.page === 'new-sweep' ||
          route.page === 'compare-sweeps') && <Link href={sweepsUrl(entity, project)}>sweeps</Link>}
    </nav>
  )
}

const NEXT: Readonly<Record<ThemeChoice, ThemeChoice>> = { system: 'light', light: 'dark', dark: 'system' }
const ICONS = { system: SunMoon, light: Sun, dark: Moon } as const satisfies Record<ThemeChoice, unknown>

function ThemeSwitch() {
  const choice = useThemeChoice()
  const Icon = ICONS[choice]
  return (
    <button
      type="button"
      className="ghost"
      aria-label={`Theme: ${choice}. Switch to ${NEXT[choice]}`}
      title={`Theme: ${choice}`}
      onClick={() => chooseTheme(NEXT[choice])}
    >
      <Icon size={16} aria-hidden="true" />
    </button>
  )
}

function titleOf(route: Route): string {
  const parts = [
    'sweep' in route
      ? route.sweep
      : 'run' in route
        ? route.run
        : 'collection' in route
          ? route.collection
          : undefined,
    'project' in route ? route.project : undefined,
    'entity' in route ? route.entity : undefined,
  ].filter((part) => part !== undefined)
  return parts.length > 0 ? `${parts.join(' · ')} · Chimney` : 'Chimney'
}
