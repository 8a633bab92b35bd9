import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './ui/mantine.css'
import './ui/base.css'
import { App } from './App'

async function start(): Promise<void> {
  // In a browser without the desk, development shows an invented one. The build leaves it out.
  if (import.meta.env.DEV) await import('./dev/fake')
  const root = document.getElementById('root')
  if (!root) throw new Error('index.html has no root')
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}

void start()
