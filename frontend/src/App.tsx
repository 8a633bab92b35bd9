import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Router } from 'wouter'
import { followChanges, newQueryClient, useSession } from './api/queries'
import { hashHref, useHashPath, useHashSearch } from './frame/place'
import { theme } from './frame/theme'
import { Lockable } from './lock/Lockable'
import { SignIn } from './signin/SignIn'
import { NoticeProvider } from './ui/Notice'
import { Trouble } from './ui/Trouble'

function Window() {
  const { data: session, error } = useSession()
  if (error) return <Trouble error={error} />
  if (!session) return <Opening />
  return session.signed_in ? <Lockable session={session} /> : <SignIn session={session} />
}

/** The window before it knows who is signed in: what index.html shows from the start, so that nothing flashes. */
function Opening() {
  return <div className="opening">Meterside</div>
}

/** The whole window: what every part of it needs, and either the sign-in page or the desk. */
export function App() {
  const [client] = useState(newQueryClient)
  useEffect(() => followChanges(client), [client])
  return (
    <QueryClientProvider client={client}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <NoticeProvider>
          <Router hook={useHashPath} searchHook={useHashSearch} hrefs={hashHref}>
            <Window />
          </Router>
        </NoticeProvider>
      </MantineProvider>
    </QueryClientProvider>
  )
}
