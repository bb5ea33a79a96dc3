import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { applyTheme, watchSystemTheme } from './charts/theme.ts'
import './style/tokens.css'
import './style/page.css'
import './style/components.css'
import './style/tooltip.css'
import './style/charts.css'
import './style/diagnosis.css'
import './style/artifacts.css'
import './style/media.css'
import './style/reports.css'

applyTheme()
watchSystemTheme()
createRoot(document.getElementById('root')!).render(<App />)
