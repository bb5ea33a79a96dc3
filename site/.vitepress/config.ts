import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitepress'
import { anchorOf } from '../anchor.ts'
import { PAGES } from '../folders.ts'
import { groups } from '../navigation.ts'
import { titleOf } from '../stage.ts'

/** Links to the pages of a folder, by their titles. */
const itemsOf = (folder: string) =>
  readdirSync(join(PAGES, folder))
    .filter((name) => name.endsWith('.md'))
    .sort((a, b) => Number(b === 'index.md') - Number(a === 'index.md') || a.localeCompare(b))
    .map((name) => ({
      text: titleOf(readFileSync(join(PAGES, folder, name), 'utf8')),
      link: `/${folder}/${name.replace(/(index)?\.md$/, '')}`,
    }))

export default defineConfig({
  title: 'Chimney',
  description: 'Hyperparameter sweeps in your own AWS account.',
  srcDir: 'pages',
  outDir: 'dist',
  cleanUrls: false,
  // The pages are copies, made by each build.
  lastUpdated: false,
  markdown: {
    anchor: { slugify: anchorOf },
    linkify: false,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Tutorials', link: '/tutorials/wandb', activeMatch: '/tutorials/' },
      { text: 'Sweep config', link: '/sweep-config' },
      { text: 'API', link: '/api' },
      { text: 'Benchmarks', link: '/benchmarks' },
    ],
    sidebar: groups(itemsOf('reference/api'), itemsOf('decisions')).map(({ text, items }) => ({
      text,
      items: [...items],
      collapsed: text === 'Decisions',
    })),
  },
})
