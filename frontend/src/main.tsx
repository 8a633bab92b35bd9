import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './ui/mantine.css'
import './ui/base.css'
import { App } from './App'

async function start(): Promise<void> {
  // In a browser without the desk, development and the proof in the browser show an invented one. What ships leaves it out.
  if (import.meta.env.DEV || import.meta.env.MODE === 'fake') await import('./dev/fake')
  const root = document.getElementById('root')
  if (!root) throw new Error('index.html has no root')
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}

void start()
