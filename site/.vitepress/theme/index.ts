// Without the font files of the default theme: system fonts, as on the dashboard.
export { default } from 'vitepress/theme-without-fonts'

import './style.css'
